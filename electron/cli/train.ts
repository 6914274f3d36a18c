import type { EpochMetrics, Resumption, RunResult } from '#shared/api';
import type { Problem } from '#shared/errors';
import { Refusal } from '#shared/errors';
import type { Recipe } from '#shared/spec';
import type { OpeningWatch } from '../lab/data/data-set';
import { startEngine } from '../lab/engine/backend';
import { defaultRunsFolder } from '../lab/runs/runs-folder';
import { DataShelf, openBench, type Bench } from '../lab/session/bench';
import { readResumableRun } from '../lab/runs/resumable-run';
import { resumeRun } from '../lab/session/resume-run';
import { TrainingRun, type RunObserver } from '../lab/session/training-run';
import type { WantedEngine } from './arguments';
import { tellOf } from './data-options';
import { print, say, StatusLine } from './terminal';

export interface TrainOptions {
  readonly recipe: Recipe;
  readonly engine: WantedEngine;
  /** The run's own folder; `null` numbers it among the others. */
  readonly out: string | null;
  readonly json: boolean;
}

export interface ResumeOptions {
  readonly resumption: Resumption;
  readonly engine: WantedEngine;
  readonly json: boolean;
}

/** Trains a network from scratch; Ctrl-C ends the run and keeps the network as it then is. */
export async function train({ recipe, engine: wanted, out, json }: TrainOptions): Promise<void> {
  await inTerminal(wanted, json, async (terminal) => {
    const bench = await openBench(recipe, new DataShelf(), terminal.watch, say);
    if (bench.data !== undefined) tellOf(bench.data);
    if (!json) print(bench.info.summary.text);
    const place = out === null ? { among: defaultRunsFolder() } : { folder: out };
    const observer = terminal.observe(recipe.training.epochs);
    return { bench, run: await TrainingRun.begin(bench, terminal.engine, place, observer) };
  });
}

/** Goes on with a run from its last whole checkpoint. */
export async function resume({ resumption, engine: wanted, json }: ResumeOptions): Promise<void> {
  const resumable = await readResumableRun(resumption);
  await inTerminal(wanted, json, async (terminal) => {
    const { bench, start } = await resumeRun(resumption, resumable, new DataShelf(), terminal.watch, say);
    say(`Goes on after ${start.position.step} batches.`);
    const observer = terminal.observe(resumable.recipe.training.epochs);
    return { bench, run: new TrainingRun(bench, terminal.engine, start, observer) };
  });
}

interface Terminal {
  readonly engine: 'tensorflow' | 'wasm';
  readonly watch: OpeningWatch;
  observe(epochs: number): RunObserver;
}

/** Starts the engine, follows the run that `open` gives to its end, and prints what comes of it. */
async function inTerminal(
  wanted: WantedEngine,
  json: boolean,
  open: (terminal: Terminal) => Promise<{ readonly bench: Bench; readonly run: TrainingRun }>,
): Promise<void> {
  const { engine, title, version, device } = await startEngine(wanted);
  say(`${title} ${version} on ${device}`);
  const status = new StatusLine();
  const interruption = new AbortController();
  process.once('SIGINT', () => {
    interruption.abort();
  });
  let trouble: Problem | null = null;
  const observe = (epochs: number): RunObserver => ({
    batchTrained: (batch, progress) => {
      status.training(progress, batch.loss);
    },
    epochEnded: (metrics) => {
      status.clear();
      print(json ? JSON.stringify({ type: 'epoch', ...metrics }) : epochLine(metrics, epochs));
    },
    evaluating: () => {
      status.task({ label: 'Reading the test images', fraction: null });
    },
    troubled: (problem) => {
      trouble = problem;
      interruption.abort();
    },
  });
  try {
    const watch = { report: status.task.bind(status), signal: interruption.signal };
    const { bench, run } = await open({ engine, watch, observe });
    try {
      interruption.signal.addEventListener('abort', () => {
        // A run in trouble waits for an answer, which can only come after it has begun to wait.
        setImmediate(() => {
          run.stop();
        });
      });
      const result = await run.complete();
      status.clear();
      print(
        json
          ? JSON.stringify({ type: 'result', ...result, run: run.info.folder })
          : resultLines(result, run.info.folder),
      );
    } catch (thrown) {
      if (trouble === null) throw thrown;
      throw new Refusal(`${(trouble as Problem).message} Then: convscope resume ${run.info.folder}`, {
        cause: thrown,
      });
    } finally {
      bench.step.dispose();
    }
  } finally {
    status.clear();
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
