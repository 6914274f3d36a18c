import type * as tf from '@tensorflow/tfjs';
import type { InitialWeights, NetworkInfo } from '#shared/api';
import { sliceImages, type ImageSet } from '#shared/images';
import { Refusal } from '#shared/errors';
import { isOpened, type ModelSpec, type Recipe } from '#shared/spec';
import type { DataSet, OpeningWatch } from '../data/data-set';
import { openData } from '../data/open';
import type { SurveyedData } from '../data/survey/splits';
import { createTrainingStep } from '../engine/create-step';
import type { ProbedNetwork, TrainingStep } from '../engine/training-step';
import { buildModel } from '../model/build';
import { summarize } from '../model/summary';
import { keepWeights, keptSentence } from './initial-weights';
import { openedBench } from './models/opened-bench';

/** A network with the images that it is trained and tested on. */
export interface Bench {
  readonly recipe: Recipe;
  readonly info: NetworkInfo;
  /** Of a network that cannot be trained, calls for training are refused. */
  readonly step: TrainingStep;
  /** What shows it images, however it runs. */
  readonly probed: ProbedNetwork;
  /** Why it cannot be trained on these images or at all, as a sentence; `null` where it can. */
  readonly untrainable: string | null;
  /** Why these images cannot score it, as a sentence; `null` where they can. */
  readonly unscorable: string | null;
  /** The layers, as TensorFlow.js and Keras describe them. */
  readonly topology: unknown;
  readonly trainingCount: number;
  readonly validation: ImageSet | null;
  readonly test: ImageSet;
  /** All its images, to look through; absent where there are none. */
  readonly data?: SurveyedData;
}

/** Opened data, kept so that another network on the same images need not wait for them. */
export class DataShelf {
  #kept: { readonly key: string; readonly dataSet: DataSet } | null = null;

  async open(spec: Recipe['data'], watch: OpeningWatch): Promise<DataSet> {
    const key = JSON.stringify(spec);
    if (this.#kept?.key === key) return this.#kept.dataSet;
    this.#kept = null;
    const dataSet = await openData(spec, watch);
    this.#kept = { key, dataSet };
    return dataSet;
  }
}

/**
 * Opens the data of a recipe and puts its network before it: one that is built has fresh weights, one that is opened
 * those of its file. The caller disposes of the step.
 */
export async function openBench(
  recipe: Recipe,
  shelf: DataShelf,
  watch: OpeningWatch,
  log: (sentence: string) => void,
  topology: unknown = null,
): Promise<Bench> {
  const data =
    isOpened(recipe.model) && recipe.data.source === 'none' ? null : await imagesOf(recipe, shelf, watch);
  watch.signal.throwIfAborted();
  const { model } = recipe;
  if (isOpened(model)) {
    const bench = await openedBench({ ...recipe, model }, data, topology, log);
    return data === null ? bench : { ...bench, data };
  }
  if (data === null) throw new Error('A network that is built has images.');
  return { ...(await builtBench({ ...recipe, model }, data, log)), data };
}

/** The images of a recipe, parted for training, validation and test. */
export interface BenchImages {
  readonly classes: readonly string[];
  readonly training: ImageSet;
  readonly validation: ImageSet | null;
  readonly test: ImageSet;
}

async function imagesOf(recipe: Recipe, shelf: DataShelf, watch: OpeningWatch): Promise<SurveyedData> {
  const dataSet = await shelf.open(recipe.data, watch);
  const test = await dataSet.test(watch);
  const images = await dataSet.training(watch);
  const { name, classes, validation: own = null, skipped = [], notes = [] } = dataSet;
  const { training, validation } =
    own === null ? split(images, recipe.training.validationSplit) : { training: images, validation: own };
  return { name, classes, training, validation, test, skipped, notes };
}

async function builtBench(
  recipe: Recipe & { readonly model: ModelSpec },
  { classes, training, validation, test }: BenchImages,
  log: (sentence: string) => void,
): Promise<Bench> {
  const model = buildModel(recipe.model, {
    inputShape: training.shape,
    classes: classes.length,
    seed: recipe.training.seed,
  });
  const initialWeights = await withInitialWeights(model, recipe, log);
  const summary = summarize(model);
  const topology: unknown = model.toJSON(null, false);
  const step = createTrainingStep({
    model,
    training: recipe.training,
    trainingImages: training,
    classes: classes.length,
    log,
  });
  return {
    recipe,
    step,
    probed: step,
    untrainable: null,
    unscorable: null,
    topology,
    trainingCount: training.count,
    validation,
    test,
    info: {
      summary,
      classes,
      trainingImages: training.count,
      validationImages: validation?.count ?? 0,
      testImages: test.count,
      step: step.kind,
      card: null,
      initialWeights,
    },
  };
}

/** The network is disposed of where the weights cannot be had. */
async function withInitialWeights(
  model: tf.LayersModel,
  { initialWeights }: Recipe,
  log: (sentence: string) => void,
): Promise<InitialWeights | null> {
  if (initialWeights === null) return null;
  try {
    const kept = await keepWeights(model, initialWeights);
    log(keptSentence(kept));
    return kept;
  } catch (thrown) {
    model.dispose();
    throw thrown;
  }
}

/** Holds the last part back, before any shuffling, as Keras's `validation_split` does. */
function split(
  images: ImageSet,
  validationSplit: number,
): { readonly training: ImageSet; readonly validation: ImageSet | null } {
  const trainingCount = Math.floor(images.count * (1 - validationSplit));
  if (trainingCount === 0) {
    throw new Refusal(
      `A validation split of ${validationSplit} leaves none of the ${images.count} images to train on; ` +
        `hold back less or take more images.`,
    );
  }
  const validation = trainingCount < images.count ? sliceImages(images, trainingCount, images.count) : null;
  return { training: sliceImages(images, 0, trainingCount), validation };
}
