/** How far a simulated run is, and what the window is told of it. */
import type { EpochMetrics, MetricsUpdate, Progress } from '#shared/api';
import { stepsPerEpoch } from './fake-bench';
import type { FakeRun } from './fake-runs';
import { noiseAt } from './fake-training';

export const stepMilliseconds = 15;
export const imagesPerSecond = 4267;

/** @param run `null` before anything was trained */
export function metricsOf(
  run: FakeRun | null,
  firstStep: number,
  epochs: readonly EpochMetrics[],
): MetricsUpdate {
  return {
    firstStep,
    loss: Float32Array.from(run?.loss.slice(firstStep) ?? []),
    accuracy: Float32Array.from(run?.accuracy.slice(firstStep) ?? []),
    epochs,
    progress: progressOf(run),
  };
}

export function progressOf(run: FakeRun | null): Progress | null {
  if (run === null) return null;
  const { recipe, learningRate, loss } = run;
  const perEpoch = stepsPerEpoch(recipe);
  const done = loss.length;
  const { epochs } = recipe.training;
  const epoch = Math.min(Math.floor(done / perEpoch) + 1, epochs);
  return {
    epoch,
    epochs,
    step: done - (epoch - 1) * perEpoch,
    stepsPerEpoch: perEpoch,
    learningRate,
    imagesPerSecond: done === 0 ? null : imagesPerSecond + 90 * noiseAt(done),
    secondsLeft: done === 0 ? null : ((perEpoch * epochs - done) * stepMilliseconds) / 1000,
  };
}
