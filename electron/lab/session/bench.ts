import type { NetworkInfo } from '#shared/api';
import { sliceImages, type ImageSet } from '#shared/images';
import { Refusal } from '#shared/errors';
import type { Recipe } from '#shared/spec';
import type { DataSet, OpeningWatch } from '../data/data-set';
import { openData } from '../data/open';
import { createTrainingStep } from '../engine/create-step';
import type { TrainingStep } from '../engine/training-step';
import { summarize } from '../model/summary';
import { newNetwork } from './network';

/** A network with the images that it is trained and tested on. */
export interface Bench {
  readonly recipe: Recipe;
  readonly info: NetworkInfo;
  readonly step: TrainingStep;
  /** The layers, as TensorFlow.js and Keras describe them. */
  readonly topology: unknown;
  readonly trainingCount: number;
  readonly validation: ImageSet | null;
  readonly test: ImageSet;
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

/** Opens the data of a recipe and builds its network with fresh weights. The caller disposes of the step. */
export async function openBench(
  recipe: Recipe,
  shelf: DataShelf,
  watch: OpeningWatch,
  log: (sentence: string) => void,
): Promise<Bench> {
  const dataSet = await shelf.open(recipe.data, watch);
  const test = await dataSet.test(watch);
  const images = await dataSet.training(watch);
  watch.signal.throwIfAborted();
  const { training, validation } = split(images, recipe.training.validationSplit);
  const { classes, shape } = dataSet;
  const model = newNetwork(recipe.model, {
    inputShape: shape,
    classes: classes.length,
    seed: recipe.training.seed,
  });
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
    },
  };
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
