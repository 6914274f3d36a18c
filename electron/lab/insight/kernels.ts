import type * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import { imageSize, type ImageSet, type ImageShape } from '#shared/images';
import type { DeadEvidence, KernelFacts, Kernels, KernelsRequest, KernelView } from '#shared/insight';
import type { Picture, PictureSheet } from '#shared/pictures';
import { FrozenNetwork } from './frozen-network';
import { likenessOf, nearestTo, orderByLikeness, type Likeness } from './kernel-likeness';
import { kernelWeights, type KernelWeights } from './kernel-weights';
import { silenceOf } from './patterns/death';
import { responsesTo } from './patterns/responses';
import { valuesOfOneImage } from './patterns/sizes';
import { Target } from './patterns/target';
import { unwatched, type InsightWatch } from './watch';

/** From this cosine on, two filters are practically one. */
const duplicateCosine = 0.99;
/** Values of pictures that an answer may hold. */
const answerValues = 2 ** 25;

export interface KernelsOptions {
  /** Shown to the filters, as evidence of which are dead; `null` for none. */
  readonly evidence: ImageSet | null;
  readonly watch?: InsightWatch;
}

/**
 * A layer's kernels as pictures, with what is known of each. Throws a `Refusal` for a layer without kernels and an
 * input channel that it does not have.
 * @param model reads images in [0, 1]; remains its owner's
 */
export async function drawKernels(
  model: tf.LayersModel,
  request: KernelsRequest,
  { evidence, watch = unwatched }: KernelsOptions,
): Promise<Kernels> {
  const layer = layerOf(model, request.layer);
  const weights = kernelWeights(layer);
  const drawn = kernelPictures(layer, weights, request.view);
  const { filters, bias } = weights;
  const norms = normsOf(weights);
  const likeness = likenessOf(weights, norms);
  const deaths = await deathsOf(model, request.layer, norms, evidence, watch);
  const order = inOrder(request.order, norms, likeness);
  const facts = order.map((channel): KernelFacts => {
    const nearest = likeness === null || filters < 2 ? null : nearestTo(likeness, channel);
    return {
      channel,
      norm: norms[channel] as number,
      bias: bias?.[channel] ?? null,
      nearest,
      duplicate: nearest !== null && nearest.cosine >= duplicateCosine,
      dead: deaths[channel] ?? null,
    };
  });
  return {
    layer: layer.name,
    type: layer.getClassName(),
    kernelShape: weights.shape,
    view: drawn.view,
    sheet: {
      title: `Kernels of ${layer.name}`,
      pictures: facts.map((fact) => annotated(drawn.pictures[fact.channel] as Picture, fact)),
      sharedRange: drawn.sharedRange,
    },
    facts,
  };
}

/** The kernels as pictures alone, in the order of the filters, with the range that they share. */
export function kernelPictures(
  layer: tf.layers.Layer,
  weights: KernelWeights,
  wanted: KernelView,
): Pick<PictureSheet, 'pictures' | 'sharedRange'> & { readonly view: KernelView } {
  const { shape, values, filters } = weights;
  const view = viewOf(wanted, layer.name, shape);
  const drawnShape: ImageShape = view.kind === 'whole' ? shape : [shape[0], shape[1], 1];
  if (filters * imageSize(drawnShape) > answerValues) {
    throw new Refusal(
      `The ${filters} kernels of ${layer.name} are ${drawnShape.join(' x ')} each, more than one answer holds.`,
    );
  }
  const colours = view.kind === 'whole' && shape[2] === 3;
  const size = imageSize(shape);
  const all = Array.from({ length: filters }, (_, filter) =>
    reduced(values.subarray(filter * size, (filter + 1) * size), shape, view),
  );
  const largest = all.reduce(
    (most, part) => part.reduce((max, value) => Math.max(max, Math.abs(value)), most),
    0,
  );
  const scale = colours ? 'image' : view.kind === 'norm' ? 'sequential' : 'signed';
  const half = largest === 0 ? 1 : 2 * largest;
  return {
    view,
    pictures: all.map((part, channel) => ({
      name: `${layer.name} [${channel}]`,
      note: null,
      numbers: [],
      shape: drawnShape,
      scale,
      // Mid-grey stands for 0, and one unit for all kernels.
      values: colours ? part.map((value) => value / half + 0.5) : part,
    })),
    sharedRange: colours ? [0, 1] : [scale === 'signed' ? -largest : 0, largest],
  };
}

export function layerOf(model: tf.LayersModel, name: string): tf.layers.Layer {
  const layer = model.layers.find((candidate) => candidate.name === name);
  if (layer !== undefined) return layer;
  const names = model.layers.map((candidate) => candidate.name).join(', ');
  throw new Refusal(`The network has no layer ${JSON.stringify(name)}; it has ${names}.`);
}

function viewOf(view: KernelView, layer: string, [, , channels]: ImageShape): KernelView {
  if (view.kind === 'whole') return channels === 1 || channels === 3 ? view : { kind: 'norm' };
  if (view.kind === 'channel' && view.channel >= channels) {
    throw new Refusal(
      `The kernels of ${layer} have no input channel ${view.channel}: there are ${channels}, counted from 0.`,
    );
  }
  return view;
}

function reduced(
  kernel: Float32Array,
  [height, width, channels]: ImageShape,
  view: KernelView,
): Float32Array {
  if (view.kind === 'whole') return kernel.slice();
  return Float32Array.from({ length: height * width }, (_, place) => {
    const cell = kernel.subarray(place * channels, (place + 1) * channels);
    switch (view.kind) {
      case 'channel':
        return cell[view.channel] as number;
      case 'mean':
        return cell.reduce((sum, value) => sum + value, 0) / channels;
      case 'norm':
        return Math.hypot(...cell);
    }
  });
}

function normsOf({ values, filters, shape }: KernelWeights): Float32Array {
  const size = imageSize(shape);
  return Float32Array.from({ length: filters }, (_, filter) =>
    Math.sqrt(
      values.subarray(filter * size, (filter + 1) * size).reduce((sum, value) => sum + value * value, 0),
    ),
  );
}

function inOrder(
  order: KernelsRequest['order'],
  norms: Float32Array,
  likeness: Likeness | null,
): readonly number[] {
  const indices = [...norms.keys()];
  switch (order) {
    case 'index':
      return indices;
    case 'norm':
      return indices.sort((a, b) => (norms[b] as number) - (norms[a] as number));
    case 'similarity':
      if (likeness === null) {
        throw new Refusal('The layer has too many weights to compare its kernels; order them by norm.');
      }
      return orderByLikeness(likeness, norms);
  }
}

async function deathsOf(
  model: tf.LayersModel,
  layer: string,
  norms: Float32Array,
  evidence: ImageSet | null,
  watch: InsightWatch,
): Promise<readonly (DeadEvidence | null)[]> {
  const without = { sentence: 'All its weights are 0.', images: 0, highest: null };
  const bare = [...norms].map((norm) => (norm === 0 ? without : null));
  if (evidence === null) return bare;
  const target = new Target(model, layer);
  const network = new FrozenNetwork(model);
  try {
    const each = valuesOfOneImage(target, evidence.shape);
    const responses = await responsesTo(evidence, network, target, { kind: 'map' }, each, watch);
    return bare.map((death, channel) => {
      const silence = silenceOf(channel, target.activation, responses);
      return death === null || silence === null
        ? silence
        : { ...silence, sentence: `${death.sentence} ${silence.sentence}` };
    });
  } finally {
    network.release();
  }
}

function annotated(picture: Picture, { norm, nearest, duplicate, dead }: KernelFacts): Picture {
  const notes = [
    dead?.sentence,
    duplicate && nearest !== null ? `Practically the same as [${nearest.channel}].` : undefined,
  ].filter((note) => note !== undefined);
  return {
    ...picture,
    note: notes.length === 0 ? null : notes.join(' '),
    numbers: [
      { name: 'norm', value: norm },
      ...(nearest === null
        ? []
        : [
            { name: 'most like', value: nearest.channel },
            { name: 'cosine', value: nearest.cosine },
          ]),
    ],
  };
}
