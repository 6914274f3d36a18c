import type { EpochMetrics, RunResult } from '#shared/api';
import type { Recipe } from '#shared/spec';
import { startEngine } from '../lab/engine/backend';
import { defaultRunsFolder } from '../lab/runs/runs-folder';
import { DataShelf, openBench } from '../lab/session/bench';
import { TrainingRun } from '../lab/session/training-run';
import type { WantedEngine } from './arguments';
import { print, say, StatusLine } from './terminal';

export interface TrainOptions {
  readonly recipe: Recipe;
  readonly engine: WantedEngine;
  /** The run's own folder; `null` numbers it among the others. */
  readonly out: string | null;
  readonly json: boolean;
}

/** Trains a network from scratch; Ctrl-C ends the run and keeps the network as it then is. */
export async function train({ recipe, engine: wanted, out, json }: TrainOptions): Promise<void> {
  const engine = await startEngine(wanted);
  say(`${engine.title} ${engine.version} on ${engine.device}`);
  const status = new StatusLine();
  const interruption = new AbortController();
  const watch = {
    report: status.task.bind(status),
    signal: interruption.signal,
  };
  process.once('SIGINT', () => {
    interruption.abort();
  });
  const bench = await openBench(recipe, new DataShelf(), watch, say);
  try {
    if (!json) print(bench.info.summary.text);
    const place = out === null ? { among: defaultRunsFolder() } : { folder: out };
    const run = await TrainingRun.begin(bench, engine.engine, place, {
      batchTrained: (batch, progress) => {
        status.training(progress, batch.loss);
      },
      epochEnded: (metrics) => {
        status.clear();
        print(
          json ? JSON.stringify({ type: 'epoch', ...metrics }) : epochLine(metrics, recipe.training.epochs),
        );
      },
      evaluating: () => {
        status.task({ label: 'Reading the test images', fraction: null });
      },
    });
    interruption.signal.addEventListener('abort', () => {
      run.stop();
    });
    const result = await run.complete();
    status.clear();
    print(
      json
        ? JSON.stringify({ type: 'result', ...result, run: run.info.folder })
        : resultLines(result, run.info.folder),
    );
  } finally {
    status.clear();
    bench.step.dispose();
  }
}

function epochLine(metrics: EpochMetrics, epochs: number): string {
  const { validationLoss, validationAccuracy } = metrics;
  return [
    `Epoch ${metrics.epoch}/${epochs}`,
    `loss ${metrics.loss.toFixed(4)}`,
    `accuracy ${metrics.accuracy.toFixed(4)}`,
    ...(validationLoss === null ? [] : [`validation loss ${validationLoss.toFixed(4)}`]),
    ...(validationAccuracy === null ? [] : [`validation accuracy ${validationAccuracy.toFixed(4)}`]),
    `${Math.round(metrics.imagesPerSecond).toLocaleString('en-US')} img/s`,
    `${metrics.seconds.toFixed(1)} s`,
  ].join(' · ');
}

const endings: Readonly<Record<RunResult['ended'], string>> = {
  completed: '',
  stopped: 'Stopped; the network is kept as it was. ',
  'early-stopped': 'Ended early: it no longer improved. ',
  diverged: 'The loss is no longer a finite number: training diverged. Try a lower learning rate. ',
};

function resultLines({ testLoss, testAccuracy, ended }: RunResult, folder: string): string {
  return `${endings[ended]}Test loss ${testLoss.toFixed(4)}, test accuracy ${testAccuracy.toFixed(4)}\nRun: ${folder}`;
}
