import * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import type { ImageShape } from '#shared/images';
import type { OpenedModelSpec, Preprocessing } from '#shared/spec';
import type { LayersNetwork } from '../opened-model';
import { adaptImages, imageShapeOf, isFixed, type NameLayer } from './adapt-input';
import { LayerCopies } from './copy-layers';
import { endInClasses, type NetworkEnd } from './end-in-classes';

export interface ImageNetworkOptions {
  /** The shape of the images that it will be shown; `null` for those that the network takes as they are. */
  readonly images: ImageShape | null;
  /** What the network expects of pixels. */
  readonly preprocessing: Preprocessing;
  /** So many layers with weights, counted from the end, are trained; `null` for all. */
  readonly trainableLayers: OpenedModelSpec['trainableLayers'];
  /** Puts a new dense layer in the place of the last one; `null` keeps it. */
  readonly newHead: { readonly classes: number; readonly seed: number } | null;
}

export interface ImageNetwork {
  /** Reads images in [0, 1], [batch, height, width, channels], with weights of its own. The caller disposes of it. */
  readonly model: tf.LayersModel;
  readonly inputShape: ImageShape;
  /** How many classes its output tells apart; `null` where it gives something else. */
  readonly classes: number | null;
}

/**
 * Makes an opened network into one like those that are built here: all that its input needs is done by layers before
 * it, in one flat graph, so that nothing that trains it or looks into it need know of preprocessing. Its last output is
 * what it ends in. Throws a `Refusal` where no image could be its input, or where it can be given no new head.
 */
export function imageNetwork(network: LayersNetwork, options: ImageNetworkOptions): ImageNetwork {
  const { model, owner } = network;
  const sizes = inputSizes(network);
  const inputShape = options.images ?? imageShapeOf(sizes);
  const name = namer(model.layers.map((layer) => layer.name));
  const images = tf.input({ shape: [...inputShape], name: name('image') });
  const input = adaptImages(images, sizes, options.preprocessing, name);
  const copies = new LayerCopies(new Map(model.inputs.map((original) => [original, input])));
  const end = endOf(network, copies, options, name);
  const made = tf.model({ name: model.name, inputs: images, outputs: end.output });
  freeze(made, options.trainableLayers);
  if (made.countParams() === 0 && model.countParams() > 0)
    throw new Error(`${owner}: its weights were lost.`);
  return { model: made, inputShape, classes: end.classes };
}

/** Of the one input; several are shown the same image where they are alike. */
function inputSizes({ model, owner }: LayersNetwork): readonly (number | null)[] {
  const [first, ...others] = model.inputs.map(({ shape }) => shape.slice(1));
  if (first === undefined) throw new Refusal(`${owner}: the network has no input.`);
  if (others.some((sizes) => sizes.join() !== first.join())) {
    const all = [first, ...others].map((sizes) => sizes.map((size) => size ?? '?').join(' x '));
    throw new Refusal(`${owner}: the network reads several inputs (${all.join('; ')}), which no image is.`);
  }
  return first;
}

function endOf(
  { model, owner }: LayersNetwork,
  copies: LayerCopies,
  { newHead }: ImageNetworkOptions,
  name: NameLayer,
): NetworkEnd {
  const original = model.outputs.at(-1) as tf.SymbolicTensor;
  if (newHead === null) {
    const size = model.inputs[0]?.shape.slice(1).reduce<number>((product, each) => product * (each ?? 1), 1);
    return endInClasses(copies.compute(original), original, size ?? 0, name);
  }
  const features = featuresBefore(original, owner);
  const head = tf.layers.dense({
    name: name('new_head'),
    units: newHead.classes,
    activation: 'softmax',
    kernelInitializer: tf.initializers.glorotUniform({ seed: newHead.seed }),
  });
  return {
    output: head.apply(copies.compute(features)) as tf.SymbolicTensor,
    classes: newHead.classes,
  };
}

/** What the last layer with weights reads, if that is a dense one. */
function featuresBefore(output: tf.SymbolicTensor, owner: string): tf.SymbolicTensor {
  let tensor = output;
  while (tensor.sourceLayer.weights.length === 0 && tensor.inputs.length === 1) {
    tensor = tensor.inputs[0] as tf.SymbolicTensor;
  }
  const { sourceLayer: layer, inputs } = tensor;
  const [features] = inputs;
  if (layer.getClassName() !== 'Dense' || features?.shape.length !== 2) {
    throw new Refusal(
      `${owner}: the network ends in ${layer.name} (${layer.getClassName()}), and only a dense layer at the end can ` +
        `be replaced by a new one; keep the head.`,
    );
  }
  return features;
}

/** Leaves the last layers with weights to be trained, and fixes those before. */
function freeze(model: tf.LayersModel, trainableLayers: number | null): void {
  const weighted = model.layers.filter((layer) => layer.weights.length > 0 && !isFixed(layer));
  const first = trainableLayers === null ? 0 : Math.max(0, weighted.length - trainableLayers);
  weighted.forEach((layer, index) => {
    layer.trainable = index >= first;
  });
}

/** Names nothing as another layer is called. */
function namer(taken: readonly string[]): NameLayer {
  const names = new Set(taken);
  return (wanted) => {
    let name = wanted;
    for (let copy = 1; names.has(name); copy++) name = `${wanted}_${copy}`;
    names.add(name);
    return name;
  };
}
