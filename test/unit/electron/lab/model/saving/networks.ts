import * as tf from '@tensorflow/tfjs';
import { buildModel } from '../../../../../../electron/lab/model/build';
import {
  BentRelu,
  ElementFunction,
} from '../../../../../../electron/lab/model/keras-config/own-layers/element-function';
import { presets } from '../../../../../../electron/lab/model/presets';
import { randomStream } from '../../../../../../electron/lab/data/digits/random';

/** A network with weights as training leaves them, and what it computes. */
export interface Example {
  readonly id: string;
  readonly model: tf.LayersModel;
  /** Two images. */
  readonly input: tf.Tensor;
  readonly output: Float32Array;
  /** Formats that hold all of its layers. */
  readonly formats: readonly string[];
}

const everyFormat = ['tfjs', 'keras', 'h5', 'onnx', 'savedmodel'];

/** Every preset, and networks with what opened models have besides. */
export function examples(): readonly Example[] {
  const ofPresets = presets.map(({ id, spec }) =>
    example(id, buildModel(spec, { inputShape: [28, 28, 1], classes: 10, seed: 3 })),
  );
  return [
    ...ofPresets,
    example('branched', branched()),
    example('strided', strided()),
    example('shared', shared()),
    example('bent', bent(), ['keras', 'onnx', 'savedmodel']),
    example('sequence', sequence()),
  ];
}

/** Weights that are not what layers begin with: averages of batch normalization among them. */
function example(id: string, model: tf.LayersModel, formats: readonly string[] = everyFormat): Example {
  const random = randomStream(id.length * 7 + 1).uniform;
  for (const { weights } of model.layers) {
    for (const weight of weights)
      weight.write(tf.tensor(valuesFor(weight, random), weight.shape as number[]));
  }
  const shape = [2, ...(model.inputs[0]?.shape.slice(1) ?? [])] as number[];
  const input = tf.tensor(
    Float32Array.from({ length: sizeOf(shape) }, () => random()),
    shape,
  );
  const output = (model.predict(input) as tf.Tensor).dataSync() as Float32Array;
  return { id, model, input, output, formats };
}

type Weight = tf.LayersModel['weights'][number];

function valuesFor({ originalName, shape }: Weight, random: () => number): Float32Array {
  const sizes = shape as number[];
  const between = (from: number, to: number) =>
    Float32Array.from({ length: sizeOf(sizes) }, () => from + (to - from) * random());
  if (originalName.endsWith('/gamma') || originalName.endsWith('/moving_variance')) return between(0.5, 1.5);
  if (!originalName.endsWith('kernel')) return between(-0.3, 0.3);
  // Glorot's range keeps activations of every layer alike.
  const fan = sizes.slice(0, -1).reduce((product, size) => product * size, 1);
  const range = Math.sqrt(3 / Math.max(1, fan));
  return between(-range, range);
}

/** The largest difference of two outputs; of outputs of other lengths none is large enough. */
export function maximumDifference(one: ArrayLike<number> | undefined, other: Float32Array): number {
  if (one?.length !== other.length) return Infinity;
  return other.reduce(
    (largest, value, index) => Math.max(largest, Math.abs(value - (one[index] as number))),
    0,
  );
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

type Tensor = tf.SymbolicTensor;
const applied = (layer: tf.layers.Layer, ...inputs: readonly Tensor[]): Tensor =>
  layer.apply(inputs.length === 1 ? (inputs[0] as Tensor) : [...inputs]) as Tensor;

/** Branches that are added and joined, maps that grow again, odd sizes. */
function branched(): tf.LayersModel {
  const input = tf.input({ shape: [15, 18, 3], name: 'input' });
  const stem = applied(
    tf.layers.conv2d({
      name: 'stem',
      filters: 6,
      kernelSize: 3,
      strides: 2,
      padding: 'same',
      useBias: false,
    }),
    input,
  );
  const normal = applied(tf.layers.batchNormalization({ name: 'stem_norm', epsilon: 0.01 }), stem);
  const active = applied(tf.layers.reLU({ name: 'stem_relu', maxValue: 6 }), normal);
  const depth = applied(
    tf.layers.depthwiseConv2d({
      name: 'depth',
      kernelSize: 3,
      padding: 'same',
      depthMultiplier: 2,
      activation: 'relu',
    }),
    active,
  );
  const point = applied(tf.layers.conv2d({ name: 'point', filters: 6, kernelSize: 1 }), depth);
  const sum = applied(tf.layers.add({ name: 'residual' }), active, point);
  const separable = applied(
    tf.layers.separableConv2d({
      name: 'separable',
      filters: 5,
      kernelSize: [3, 2],
      depthMultiplier: 2,
      activation: 'elu',
    }),
    sum,
  );
  const pooled = applied(
    tf.layers.averagePooling2d({ name: 'pooled', poolSize: 3, strides: 2, padding: 'same' }),
    separable,
  );
  const grown = applied(
    tf.layers.conv2dTranspose({
      name: 'grown',
      filters: 4,
      kernelSize: 3,
      strides: 2,
      padding: 'same',
      activation: 'tanh',
    }),
    pooled,
  );
  const other = applied(tf.layers.upSampling2d({ name: 'other', size: [2, 2] }), pooled);
  const joined = applied(tf.layers.concatenate({ name: 'joined' }), grown, other);
  const cropped = applied(
    tf.layers.cropping2D({
      name: 'cropped',
      cropping: [
        [1, 0],
        [0, 1],
      ],
    }),
    joined,
  );
  const padded = applied(
    tf.layers.zeroPadding2d({
      name: 'padded',
      padding: [
        [0, 1],
        [2, 0],
      ],
    }),
    cropped,
  );
  const leaky = applied(tf.layers.leakyReLU({ name: 'leaky', alpha: 0.1 }), padded);
  const dropped = applied(tf.layers.dropout({ name: 'dropped', rate: 0.4 }), leaky);
  const flat = applied(tf.layers.flatten({ name: 'flat' }), dropped);
  const hidden = applied(
    tf.layers.dense({
      name: 'hidden',
      units: 12,
      activation: 'softsign',
      kernelRegularizer: tf.regularizers.l2({ l2: 0.01 }),
    }),
    flat,
  );
  const hiddenNorm = applied(tf.layers.batchNormalization({ name: 'hidden_norm', scale: false }), hidden);
  const logits = applied(tf.layers.dense({ name: 'logits', units: 4 }), hiddenNorm);
  return tf.model({
    inputs: input,
    outputs: applied(tf.layers.softmax({ name: 'scores' }), logits),
    name: 'branched',
  });
}

/** Windows of odd sizes and steps, dilation, every merging, a map's softmax. */
function strided(): tf.LayersModel {
  const input = tf.input({ shape: [17, 14, 2], name: 'image' });
  const wide = applied(
    tf.layers.conv2d({
      name: 'wide',
      filters: 4,
      kernelSize: [3, 5],
      dilationRate: [2, 1],
      padding: 'same',
      activation: 'selu',
    }),
    input,
  );
  const narrow = applied(
    tf.layers.conv2d({ name: 'narrow', filters: 4, kernelSize: 1, activation: 'softplus' }),
    input,
  );
  const merged = applied(
    tf.layers.maximum({ name: 'maximum' }),
    applied(tf.layers.multiply({ name: 'multiply' }), wide, narrow),
    applied(tf.layers.average({ name: 'average' }), wide, narrow),
  );
  const least = applied(tf.layers.minimum({ name: 'minimum' }), merged, wide);
  const bent = applied(tf.layers.prelu({ name: 'prelu', sharedAxes: [1, 2] }), least);
  const pooled = applied(
    tf.layers.maxPooling2d({ name: 'pooled', poolSize: [3, 2], strides: [2, 3], padding: 'same' }),
    bent,
  );
  const softly = applied(tf.layers.activation({ name: 'softly', activation: 'softmax' }), pooled);
  const valid = applied(
    tf.layers.conv2dTranspose({
      name: 'valid',
      filters: 3,
      kernelSize: [2, 3],
      strides: [3, 2],
      activation: 'relu',
    }),
    softly,
  );
  const turned = applied(tf.layers.permute({ name: 'turned', dims: [2, 3, 1] }), valid);
  const shaped = applied(tf.layers.reshape({ name: 'shaped', targetShape: [9, -1, 3] }), turned);
  const averaged = applied(
    tf.layers.globalMaxPooling2d({ name: 'greatest', dataFormat: 'channelsLast' }),
    shaped,
  );
  return tf.model({
    inputs: input,
    outputs: applied(
      tf.layers.dense({ name: 'scores', units: 3, activation: 'sigmoid', useBias: false }),
      averaged,
    ),
    name: 'strided',
  });
}

/** One layer that is called twice. */
function shared(): tf.LayersModel {
  const input = tf.input({ shape: [8, 8, 3], name: 'input' });
  const layer = tf.layers.conv2d({
    name: 'twice',
    filters: 3,
    kernelSize: 3,
    padding: 'same',
    activation: 'tanh',
  });
  const once = applied(layer, input);
  const again = applied(layer, once);
  const joined = applied(tf.layers.concatenate({ name: 'joined' }), once, again);
  const pooled = applied(
    tf.layers.globalAveragePooling2d({ name: 'pooled', dataFormat: 'channelsLast' }),
    joined,
  );
  return tf.model({ inputs: input, outputs: pooled, name: 'shared' });
}

/** Functions that TensorFlow.js has no layer for. */
function bent(): tf.LayersModel {
  const input = tf.input({ shape: [6, 6, 2], name: 'input' });
  const relu = new BentRelu({ name: 'bent', maxValue: 0.8, negativeSlope: 0.1, threshold: 0.2 });
  const functions = ['hard swish', 'swish', 'exponential', 'gelu', 'mish', 'hard sigmoid'] as const;
  const first = applied(relu, applied(tf.layers.conv2d({ name: 'conv', filters: 3, kernelSize: 3 }), input));
  const all = functions.map((computes) => {
    const dense = applied(
      tf.layers.conv2d({ name: `conv ${computes}`.replace(/ /g, '_'), filters: 2, kernelSize: 2 }),
      first,
    );
    return applied(
      new ElementFunction({ name: `${computes}/activation`.replace(/ /g, '_'), computes }),
      dense,
    );
  });
  const joined = applied(tf.layers.concatenate({ name: 'joined' }), ...all);
  return tf.model({
    inputs: input,
    outputs: applied(tf.layers.flatten({ name: 'flat' }), joined),
    name: 'bent',
  });
}

/** One direction instead of two. */
function sequence(): tf.LayersModel {
  const input = tf.input({ shape: [20, 3], name: 'steps' });
  const conv = applied(
    tf.layers.conv1d({
      name: 'conv',
      filters: 5,
      kernelSize: 4,
      strides: 2,
      padding: 'same',
      activation: 'relu',
    }),
    input,
  );
  const normal = applied(tf.layers.batchNormalization({ name: 'norm' }), conv);
  const pooled = applied(tf.layers.maxPooling1d({ name: 'pooled', poolSize: 2 }), normal);
  const dense = applied(tf.layers.dense({ name: 'each', units: 4, activation: 'tanh' }), pooled);
  const average = applied(tf.layers.globalAveragePooling1d({ name: 'average' }), dense);
  return tf.model({
    inputs: input,
    outputs: applied(tf.layers.dense({ name: 'scores', units: 3, activation: 'softmax' }), average),
    name: 'sequence',
  });
}
