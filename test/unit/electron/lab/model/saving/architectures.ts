import * as tf from '@tensorflow/tfjs';
import {
  BentRelu,
  ElementFunction,
} from '../../../../../../electron/lab/model/keras-config/own-layers/element-function';
import { Affine, Normalization } from '../../../../../../electron/lab/model/keras-config/own-layers/affine';
import { GroupedConv2D } from '../../../../../../electron/lab/model/keras-config/own-layers/grouped-conv2d';
import { Resizing } from '../../../../../../electron/lab/model/keras-config/own-layers/resizing';
import { Subtract } from '../../../../../../electron/lab/model/keras-config/own-layers/subtract';
import { ZeroPadding1D } from '../../../../../../electron/lab/model/keras-config/own-layers/zero-padding-1d';

type Tensor = tf.SymbolicTensor;
const applied = (layer: tf.layers.Layer, ...inputs: readonly Tensor[]): Tensor =>
  layer.apply(inputs.length === 1 ? (inputs[0] as Tensor) : [...inputs]) as Tensor;

/** Branches that are added and joined, maps that grow again, odd sizes. */
export function branched(): tf.LayersModel {
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
export function strided(): tf.LayersModel {
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
export function shared(): tf.LayersModel {
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
export function bent(): tf.LayersModel {
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
export function sequence(): tf.LayersModel {
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

/** Maps that are made smaller, larger, and of sizes that are no multiples. */
export function resized(): tf.LayersModel {
  const input = tf.input({ shape: [9, 10, 3], name: 'input' });
  const smaller = applied(
    new Resizing({ name: 'smaller', height: 5, width: 4, interpolation: 'bilinear' }),
    input,
  );
  const larger = applied(
    new Resizing({ name: 'larger', height: 13, width: 11, interpolation: 'nearest' }),
    smaller,
  );
  const again = applied(
    new Resizing({ name: 'again', height: 31, width: 17, interpolation: 'bilinear' }),
    larger,
  );
  return tf.model({ inputs: input, outputs: again, name: 'resized' });
}

export function smooth(): tf.LayersModel {
  const input = tf.input({ shape: [4, 5, 2], name: 'input' });
  const grown = applied(
    tf.layers.upSampling2d({ name: 'grown', size: [3, 2], interpolation: 'bilinear' }),
    input,
  );
  return tf.model({ inputs: input, outputs: grown, name: 'smooth' });
}

/** Normalisations that stand before and inside of networks, groups of channels, shared and own slopes. */
export function normalised(): tf.LayersModel {
  const input = tf.input({ shape: [6, 7, 4], name: 'input' });
  const scaled = applied(
    new Affine({ name: 'scaled', scale: [0.5, 1, 2, 1.5], offset: [0, 1, -1, 0.2] }),
    input,
  );
  const statistics = { mean: [0.1, 0.2, 0.3, 0.4], variance: [1, 2, 0.5, 0.1] };
  const standard = applied(new Normalization({ name: 'standard', perChannel: true, ...statistics }), scaled);
  const grouped = applied(
    new GroupedConv2D(
      {
        name: 'grouped',
        filters: 6,
        kernelSize: [3, 3],
        strides: [1, 1],
        dilationRate: [1, 1],
        padding: 'same',
        activation: 'relu',
      },
      2,
    ),
    standard,
  );
  const layer = applied(tf.layers.layerNormalization({ name: 'layer_norm' }), grouped);
  const sloped = applied(tf.layers.prelu({ name: 'sloped' }), layer);
  const difference = applied(new Subtract({ name: 'difference' }), sloped, grouped);
  const shape = applied(
    tf.layers.globalAveragePooling2d({ name: 'pooled', dataFormat: 'channelsLast' }),
    difference,
  );
  const repeated = applied(tf.layers.repeatVector({ name: 'repeated', n: 3 }), shape);
  const padded = applied(new ZeroPadding1D({ name: 'padded', before: 1, after: 0 }), repeated);
  const elu = applied(tf.layers.elu({ name: 'elu' }), padded);
  const scores = applied(tf.layers.softmax({ name: 'scores', axis: -1 }), elu);
  return tf.model({ inputs: input, outputs: scores, name: 'normalised' });
}

/** Maps that are made of something else first. */
export function shaped(): tf.LayersModel {
  const input = tf.input({ shape: [6, 8], name: 'input' });
  const map = applied(tf.layers.reshape({ name: 'map', targetShape: [6, 8, 1] }), input);
  const conv = applied(tf.layers.conv2d({ name: 'conv', filters: 3, kernelSize: 3 }), map);
  return tf.model({
    inputs: input,
    outputs: applied(tf.layers.flatten({ name: 'flat' }), conv),
    name: 'shaped',
  });
}

/** An opened network on the bench: what its input needs is done by layers before it. */
export function scaled(): tf.LayersModel {
  const input = tf.input({ shape: [9, 8, 1], name: 'image' });
  const ranged = applied(new Affine({ name: 'ranged', scale: [2], offset: [-1] }), input);
  const conv = applied(tf.layers.conv2d({ name: 'conv', filters: 3, kernelSize: 3 }), ranged);
  const pooled = applied(tf.layers.maxPooling2d({ name: 'pooled', poolSize: 2 }), conv);
  const flat = applied(tf.layers.flatten({ name: 'flat' }), pooled);
  return tf.model({
    inputs: input,
    outputs: applied(tf.layers.dense({ name: 'scores', units: 4, activation: 'softmax' }), flat),
    name: 'scaled',
  });
}
