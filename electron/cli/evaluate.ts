import type { DataSpec } from '#shared/spec';
import { openData } from '../lab/data/open';
import { startEngine } from '../lab/engine/backend';
import { readRunSpec } from '../lab/runs/run-folder';
import { openRun } from '../lab/session/open-run';
import { evaluate as score } from '../lab/training/evaluate';
import type { WantedEngine } from './arguments';
import { print, say, StatusLine } from './terminal';

export interface EvaluateOptions {
  readonly run: string;
  /** `null` for the data that the run was trained on. */
  readonly data: DataSpec | null;
  readonly engine: WantedEngine;
  readonly json: boolean;
}

/** Reads the test images with the network of a run's last checkpoint. */
export async function evaluate({ run, data, engine: wanted, json }: EvaluateOptions): Promise<void> {
  const { recipe } = await readRunSpec(run);
  const engine = await startEngine(wanted);
  say(`${engine.title} ${engine.version} on ${engine.device}`);
  const status = new StatusLine();
  const watch = { report: status.task.bind(status), signal: new AbortController().signal };
  const dataSet = await openData(data ?? recipe.data, watch);
  const test = await dataSet.test(watch);
  const { step, parameters } = await openRun(run, test);
  try {
    const result = await score(step, test, (done) => {
      status.task({ label: 'Reading the test images', fraction: done / test.count });
      return true;
    });
    status.clear();
    const { loss: testLoss, accuracy: testAccuracy } = result ?? { loss: NaN, accuracy: NaN };
    const facts = { engine: engine.engine, parameters, images: test.count, testLoss, testAccuracy, run };
    print(
      json
        ? JSON.stringify({ type: 'evaluation', ...facts })
        : `${test.count.toLocaleString('en-US')} test images: loss ${testLoss.toFixed(4)}, accuracy ${testAccuracy.toFixed(4)}`,
    );
  } finally {
    status.clear();
    step.dispose();
  }
}
