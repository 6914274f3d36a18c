/** How a simulated run goes on, tick by tick, and what it comes to. */
import type { EpochMetrics, RunResult } from '#shared/api';
import type { ModelSummary } from '#shared/summary';
import { stepsPerEpoch } from './fake-bench';
import { fakeDescription } from './fake-description';
import { deadFiltersOf } from './fake-network';
import { imagesPerSecond, stepMilliseconds } from './fake-progress';
import type { FakeRun } from './fake-runs';
import { accuracyOf, batchAccuracy, batchLoss, epochEnding, lossAt } from './fake-training';

export const tickMilliseconds = 60;

export interface Tick {
  /** Batches that were trained before. */
  readonly first: number;
  readonly epochs: readonly EpochMetrics[];
  /** `null` while the run goes on. */
  readonly ended: 'completed' | 'diverged' | null;
}

/** Trains the batches of one tick. */
export function trainForATick(run: FakeRun, summary: ModelSummary): Tick {
  const first = run.loss.length;
  const perEpoch = stepsPerEpoch(run.recipe);
  const all = perEpoch * run.recipe.training.epochs;
  const last = Math.min(first + tickMilliseconds / stepMilliseconds, all);
  const epochs: EpochMetrics[] = [];
  const diverges = run.learningRate > 1;
  for (let step = first; step < last; step++) {
    run.loss.push(diverges ? NaN : batchLoss(step));
    run.accuracy.push(batchAccuracy(step));
    if (diverges) break;
    if ((step + 1) % perEpoch === 0)
      epochs.push(epochEnding(step, perEpoch, run.learningRate, deadFiltersOf(summary)));
  }
  run.epochs.push(...epochs);
  return { first, epochs, ended: diverges ? 'diverged' : last === all ? 'completed' : null };
}

export function resultOf(run: FakeRun, { parameters }: ModelSummary, ended: RunResult['ended']): RunResult {
  const loss = ended === 'diverged' ? NaN : lossAt(run.loss.length);
  return {
    engine: fakeDescription.engine.engine,
    parameters,
    testLoss: loss,
    testAccuracy: ended === 'diverged' ? 0.1 : accuracyOf(loss),
    imagesPerSecond,
    ended,
  };
}
