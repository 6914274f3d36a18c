import { Refusal } from '#shared/errors';
import type { ImageSet } from '#shared/images';
import type { OpenedModelSpec, Recipe } from '#shared/spec';
import { createLookingStep, createTrainingStep } from '../../engine/create-step';
import { noImages } from '../../data/open';
import { summarize } from '../../model/summary';
import type { Bench, BenchImages } from '../bench';
import { refusingStep } from './graph-network';
import { networkOfTopology, openedNetwork, type OpenedOnBench } from './opened-network';

/** A recipe whose network is opened from a file. */
export type OpenedRecipe = Recipe & { readonly model: OpenedModelSpec };

/**
 * Puts an opened network on the bench, before images or none. The caller disposes of the step.
 * @param topology of a checkpoint that it goes on from, which holds all that the file would say; otherwise `null`
 */
export async function openedBench(
  recipe: OpenedRecipe,
  images: BenchImages | null,
  topology: unknown,
  log: (sentence: string) => void,
): Promise<Bench> {
  const data = images === null ? null : { shape: images.training.shape, classes: images.classes.length };
  const opened =
    topology === null
      ? await openedNetwork(recipe.model, data, recipe.training.seed)
      : await networkAgain(topology);
  const { card, inputShape } = opened;
  const unscorable = whyNot(opened.classes, images);
  const untrainable = opened.untrainable ?? unscorable;
  const classes = classNamesFor(opened, images);
  const { training, validation, test } = images ?? withoutImages(inputShape);
  const facts = {
    classes,
    trainingImages: images === null ? 0 : training.count,
    validationImages: validation?.count ?? 0,
    testImages: test.count,
    card,
    initialWeights: null,
  };
  const common = { recipe, untrainable, unscorable, trainingCount: training.count, validation, test };
  if (opened.kind === 'graph') {
    const { probe } = opened;
    const step = refusingStep(opened.untrainable ?? '', () => {
      probe.dispose();
    });
    const info = { ...facts, summary: probe.summary, step: 'graph' as const };
    return { ...common, info, step, probed: probe, topology: null };
  }
  const { model } = opened;
  const summary = summarize(model);
  const outputs = summary.layers.at(-1)?.outputShape.reduce((product, size) => product * size, 1) ?? 0;
  const options = {
    model,
    training: recipe.training,
    trainingImages: training,
    classes: opened.classes ?? outputs,
    log,
  };
  const described: unknown = model.toJSON(null, false);
  const step = untrainable === null ? createTrainingStep(options) : createLookingStep(options);
  return { ...common, info: { ...facts, summary, step: step.kind }, step, probed: step, topology: described };
}

async function networkAgain(topology: unknown): Promise<OpenedOnBench> {
  const model = await networkOfTopology(topology);
  const [height, width, channels] = (model.inputs[0]?.shape.slice(1) ?? []) as number[];
  if (height === undefined || width === undefined || channels === undefined) {
    throw new Refusal('The network of the checkpoint reads no images.');
  }
  const classes = (model.outputs[0]?.shape.at(-1) as number | undefined) ?? null;
  return {
    kind: 'layers',
    model,
    card: null,
    inputShape: [height, width, channels],
    classes,
    untrainable: null,
  };
}

/** Why these images cannot train or test the network; `null` where they can. */
function whyNot(classes: number | null, images: BenchImages | null): string | null {
  if (images === null) {
    return noImages;
  }
  if (classes === null)
    return 'The network does not end in one value a class, so images of classes cannot train it.';
  const given = images.classes.length;
  return classes === given
    ? null
    : `The network tells ${classes} classes apart, but the data has ${given}: give it a new head to train it on them.`;
}

/** The data's, whose labels are compared with; else those that are known of the model, else numbers. */
function classNamesFor({ classes, card }: OpenedOnBench, images: BenchImages | null): readonly string[] {
  if (classes === null) return [];
  if (images !== null && images.classes.length === classes) return images.classes;
  if (card?.classes?.length === classes) return card.classes;
  return Array.from({ length: classes }, (_, index) => String(index));
}

function withoutImages(shape: ImageSet['shape']): Omit<BenchImages, 'classes'> {
  const none = { count: 0, shape, pixels: new Uint8Array(), labels: new Int32Array() };
  return { training: none, validation: null, test: none };
}
