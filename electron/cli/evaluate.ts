import type { ImageSet } from '#shared/images';
import type { DataSpec } from '#shared/spec';
import { openData } from '../lab/data/open';
import { startEngine } from '../lab/engine/backend';
import { readRunSpec } from '../lab/runs/run-folder';
import { openModel } from '../lab/model/open';
import { openRun } from '../lab/session/open-run';
import { evaluate as score, type Score } from '../lab/training/evaluate';
import { describeDoubt, doubtPolarity } from '../lab/training/polarity';
import { evaluateModel } from '../lab/training/evaluate-model';
import { isRun, type WantedEngine } from './arguments';
import { tellOf, type ImageOptions } from './data-options';
import { preprocessingOf, type WantedRange } from './preprocessing';
import { print, say, StatusLine } from './terminal';

/**
 * How pictures in a folder are taken to be read by a network: all of them, where none are set apart for testing, and
 * in the size and channels that a run was trained on.
 */
export async function imagesFor(subject: string): Promise<ImageOptions> {
  if (!isRun(subject)) return { testShare: 1 };
  const [height, width, channels] = (await readRunSpec(subject)).inputShape;
  return { testShare: 1, size: [height, width], ...((channels === 1 || channels === 3) && { channels }) };
}

export interface EvaluateModelOptions {
  readonly model: string;
  readonly data: DataSpec;
  readonly preprocess: WantedRange;
  readonly engine: WantedEngine;
  readonly json: boolean;
}

/** Reads the test images with a model that others may have trained. */
export async function evaluateOpened(options: EvaluateModelOptions): Promise<void> {
  const engine = await startEngine(options.engine);
  say(`${engine.title} ${engine.version} on ${engine.device}`);
  const model = await openModel(options.model);
  const status = new StatusLine();
  const watch = { report: status.task.bind(status), signal: new AbortController().signal };
  try {
    const dataSet = await openData(options.data, watch);
    const test = await dataSet.test(watch);
    status.clear();
    tellOf(dataSet);
    const preprocessing = preprocessingOf(options.preprocess, model);
    const result = await evaluateModel(model, test, preprocessing, (done) => {
      status.task({ label: 'Reading the test images', fraction: done / test.count });
      return true;
    });
    status.clear();
    await tellPolarity(
      test,
      async (images) => (await evaluateModel(model, images, preprocessing))?.accuracy ?? 0,
    );
    const { parameters, format } = model;
    const facts = { engine: engine.engine, parameters, images: test.count, model: options.model, format };
    printScore(facts, result, options.json);
  } finally {
    status.clear();
    model.dispose();
  }
}

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
  status.clear();
  tellOf(dataSet);
  const { step, parameters } = await openRun(run, test);
  try {
    const result = await score(step, test, (done) => {
      status.task({ label: 'Reading the test images', fraction: done / test.count });
      return true;
    });
    status.clear();
    if (data !== null) await tellPolarity(test, async (images) => (await score(step, images))?.accuracy ?? 0);
    printScore({ engine: engine.engine, parameters, images: test.count, run }, result, json);
  } finally {
    status.clear();
    step.dispose();
  }
}

/** Light and dark may have to be exchanged, which a score alone does not tell. */
async function tellPolarity(
  test: ImageSet,
  accuracyOf: (images: ImageSet) => Promise<number>,
): Promise<void> {
  const doubt = await doubtPolarity(test, accuracyOf);
  if (doubt !== null) say(`${describeDoubt(doubt)} Image folders can be inverted with --invert.`);
}

function printScore<T extends { readonly images: number }>(
  facts: T,
  result: Score | null,
  json: boolean,
): void {
  const { loss: testLoss, accuracy: testAccuracy } = result ?? { loss: NaN, accuracy: NaN };
  print(
    json
      ? JSON.stringify({ type: 'evaluation', ...facts, testLoss, testAccuracy })
      : `${facts.images.toLocaleString('en-US')} test images: loss ${testLoss.toFixed(4)}, accuracy ${testAccuracy.toFixed(4)}`,
  );
}
