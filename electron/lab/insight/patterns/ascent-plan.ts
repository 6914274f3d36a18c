import * as tf from '@tensorflow/tfjs';
import type { AscentPlan, AscentTensors } from '../../engine/ascent';
import { withPoolingFirst } from '../../engine/compiled/pooling-first';
import type { FrozenNetwork } from '../frozen-network';
import { chosen, objectives, selectionOf, type Objective } from './objective';
import { penaltyGradient, type Penalties } from './penalties';
import type { Spectrum } from './spectrum';
import type { Target } from './target';

/** Below this root mean square an image has no gradient. */
const noGradient = 1e-30;

export interface PatternPlan {
  readonly ascent: AscentPlan;
  /** What an ascent for these filters is given, and what is to be added to the objectives that it returns. */
  given(channels: readonly number[]): { readonly given: Float32Array; readonly offsets: Float32Array };
}

interface PlanOptions {
  readonly network: FrozenNetwork;
  readonly target: Target;
  readonly spectrum: Spectrum;
  readonly objective: Objective;
  readonly penalties: Penalties;
  /** Images side by side. */
  readonly count: number;
}

/**
 * One step of gradient ascent for a batch of images, image i for filter i. The last layers are often sums of multiples
 * (a convolution before its activation): such an objective is the sum of the values before them, each times a number
 * that stays, so that these layers are computed once and not in every step.
 */
export function planPatterns(options: PlanOptions): PatternPlan {
  const { network, target, spectrum, objective, count } = options;
  const linear = objective.kind !== 'texture';
  const headShape = network.run(() => [
    count,
    ...target.headOf(tf.zeros([1, ...spectrum.shape])).shape.slice(1),
  ]);
  const { model } = network;
  const headOf = (images: tf.Tensor4D): tf.Tensor =>
    target.cutsItself ? withPoolingFirst(model, () => target.headOf(images)) : target.headOf(images);
  return {
    ascent: {
      shape: spectrum.valuesShape(count),
      givenShape: linear ? headShape : [count, target.channels],
      rows: spectrum.shape[0],
      columns: spectrum.shape[1],
      weights: model.weights.map((weight) => weight.read()),
      within: (compute) => network.run(compute),
      step: (inputs) =>
        step(options, inputs, (images) =>
          linear
            ? headOf(images).mul(inputs.given).reshape([count, -1]).sum(1)
            : chosen(objectives(objective, target.maps(images)), inputs.given),
        ),
    },
    given: (channels) =>
      linear
        ? linearPart(options, headShape, channels)
        : { given: selectionOf(channels, target.channels), offsets: new Float32Array(count) },
  };
}

/** What each value of the head gives to the objective, and the objective where all of them are 0. */
function linearPart(
  { network, target, objective, count }: PlanOptions,
  headShape: readonly number[],
  channels: readonly number[],
): { readonly given: Float32Array; readonly offsets: Float32Array } {
  const { channels: all } = target;
  return network.run(() => {
    const selection = tf.tensor2d(selectionOf(channels, all), [count, all]);
    const of = (head: tf.Tensor): tf.Tensor2D => objectives(objective, target.mapsFromHead(head));
    const given = tf.grad((head) => chosen(of(head), selection).sum())(tf.zeros([...headShape]));
    // The same for every image.
    const atZero = of(tf.zeros([1, ...headShape.slice(1)])).dataSync<'float32'>();
    return {
      given: given.dataSync<'float32'>(),
      offsets: Float32Array.from(channels, (channel) => atZero[channel] as number),
    };
  });
}

function step(
  { spectrum, penalties }: PlanOptions,
  { values, rows, columns, reach }: AscentTensors,
  objectivesOf: (images: tf.Tensor4D) => tf.Tensor1D,
): ReturnType<AscentPlan['step']> {
  const imagesOf = (spectra: tf.Tensor): tf.Tensor4D => spectrum.images(spectra, rows, columns, reach);
  const images = imagesOf(values);
  const { ascent, found } = pullOn(images, objectivesOf);
  const penalty = penaltyGradient(images, penalties);
  const descent = penalty === null ? ascent.neg() : penalty.sub(ascent);
  const along = tf.grad((spectra) => imagesOf(spectra).mul(descent).sum())(values);
  const gradient = penalties.blur > 0 ? along.add(spectrum.blurGradient(values).mul(penalties.blur)) : along;
  return { gradient, objectives: found };
}

/** The objectives, and their gradient on each image scaled to a root mean square of 1. */
function pullOn(
  images: tf.Tensor4D,
  objectivesOf: (images: tf.Tensor4D) => tf.Tensor1D,
): { readonly ascent: tf.Tensor4D; readonly found: tf.Tensor1D } {
  let kept: tf.Tensor1D | null = null;
  const raw = tf.grad((pixels) => {
    const all = objectivesOf(pixels as tf.Tensor4D);
    // The gradient's own scope would release it.
    kept = tf.keep(all.clone());
    return all.sum();
  })(images) as tf.Tensor4D;
  const held = kept as tf.Tensor1D | null;
  if (held === null) throw new Error('The objective was not computed.');
  const found: tf.Tensor1D = held.clone();
  held.dispose();
  const size = raw.square().mean<tf.Tensor4D>([1, 2, 3], true).add(noGradient).sqrt();
  return { ascent: raw.div(size), found };
}
