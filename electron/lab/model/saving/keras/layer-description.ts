import type { Activation, Convolution } from '../operations';
import type { SavedLayer } from '../saved-network';
import { cannotHold } from '../saved-file';
import { activationName, type Dialect } from './dialect';

/** A layer as Keras describes it, without its place among the others. */
export interface LayerDescription {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * Describes a layer in Keras's terms (keras.io/api/layers).
 * @param format names what is written in the sentence of a `Refusal`
 */
export function describeLayer(layer: SavedLayer, dialect: Dialect, format: string): LayerDescription {
  const { className, config } = ownDescription(layer, { dialect, format });
  const about = layer.operation.kind === 'input' ? {} : { trainable: layer.trainable, dtype: 'float32' };
  return { className, config: { name: layer.name, ...about, ...config, ...regularizers(layer, dialect) } };
}

interface Writing {
  readonly dialect: Dialect;
  readonly format: string;
}

const described = (className: string, config: LayerDescription['config'] = {}): LayerDescription => ({
  className,
  config,
});

function ownDescription(layer: SavedLayer, writing: Writing): LayerDescription {
  const { operation } = layer;
  const { dialect, format } = writing;
  const refuse = (why: string) => cannotHold(format, layer, why);
  switch (operation.kind) {
    case 'input': {
      const field = dialect === 'Keras 3' ? 'batch_shape' : 'batch_input_shape';
      const shape = layer.calls[0]?.shape;
      return described('InputLayer', { [field]: shape, dtype: operation.type, sparse: false });
    }
    case 'convolution':
      return convolution(operation, layer, writing);
    case 'transposed convolution': {
      const { filters, kernelSize, strides, padding, bias } = operation;
      return described('Conv2DTranspose', {
        filters,
        kernel_size: kernelSize,
        strides,
        padding,
        ...channelsLast,
        use_bias: bias,
        activation: functionName(operation.activation, layer, writing),
      });
    }
    case 'dense': {
      const { units, bias, activation } = operation;
      return described('Dense', {
        units,
        use_bias: bias,
        activation: functionName(activation, layer, writing),
      });
    }
    case 'pooling': {
      const { takes, poolSize, strides, padding } = operation;
      const name = `${takes === 'max' ? 'Max' : 'Average'}Pooling${poolSize.length}D`;
      return described(name, { pool_size: poolSize, strides, padding, ...channelsLast });
    }
    case 'global pooling': {
      const { takes, directions } = operation;
      const name = `Global${takes === 'max' ? 'Max' : 'Average'}Pooling${directions}D`;
      return described(name, channelsLast);
    }
    case 'activation':
      return described('Activation', { activation: functionName(operation.activation, layer, writing) });
    case 'softmax':
      return described('Softmax', { axis: operation.axis });
    case 'relu': {
      const { maxValue, slope, threshold } = operation;
      if (dialect !== 'TensorFlow.js') {
        return described('ReLU', { max_value: maxValue, negative_slope: slope, threshold });
      }
      if (slope !== 0 || threshold !== 0)
        throw refuse('whose ReLU has a slope or a threshold of its own there');
      return described('ReLU', maxValue === null ? {} : { max_value: maxValue });
    }
    case 'leaky relu':
      return described('LeakyReLU', {
        [dialect === 'Keras 3' ? 'negative_slope' : 'alpha']: operation.slope,
      });
    case 'elu':
      return described('ELU', { alpha: 1 });
    case 'thresholded relu':
      // Keras 3 no longer has the layer, but reads files of Keras 2.
      return dialect === 'TensorFlow.js'
        ? described('ThresholdedReLU', { theta: operation.theta })
        : described('ReLU', { threshold: operation.theta });
    case 'parametric relu':
      return described('PReLU', { shared_axes: operation.sharedAxes });
    case 'batch normalization': {
      const { axis, momentum, epsilon, center, scale } = operation;
      return described('BatchNormalization', { axis, momentum, epsilon, center, scale });
    }
    case 'layer normalization': {
      const { axes, epsilon, center, scale } = operation;
      return described('LayerNormalization', { axis: axes, epsilon, center, scale });
    }
    case 'rescaling': {
      const [scale, offset] = [operation.scale, operation.offset].map(singly);
      if (dialect === 'TensorFlow.js' && (typeof scale !== 'number' || typeof offset !== 'number')) {
        throw refuse('whose channels are scaled each by its own number');
      }
      return described('Rescaling', { scale, offset });
    }
    case 'normalization': {
      if (dialect === 'TensorFlow.js') throw refuse('as TensorFlow.js has no layer Normalization');
      const [mean, variance] = [operation.mean, operation.variance].map(singly);
      const single = typeof mean === 'number' && typeof variance === 'number';
      return described('Normalization', { axis: single ? null : -1, mean, variance });
    }
    case 'flatten':
      return described('Flatten', channelsLast);
    case 'reshape':
      return described('Reshape', { target_shape: operation.shape });
    case 'permute':
      return described('Permute', { dims: operation.axes });
    case 'repeat':
      return described('RepeatVector', { n: operation.times });
    case 'noise': {
      const { className, amount } = operation;
      return described(className, { [className === 'GaussianNoise' ? 'stddev' : 'rate']: amount });
    }
    case 'merge':
      if (dialect === 'TensorFlow.js' && operation.how === 'Subtract') {
        throw refuse('as TensorFlow.js has no layer Subtract');
      }
      return described(operation.how);
    case 'concatenate':
      return described('Concatenate', { axis: operation.axis });
    case 'zero padding': {
      const { margins } = operation;
      if (dialect === 'TensorFlow.js' && margins.length === 1) {
        throw refuse('as TensorFlow.js has no layer ZeroPadding1D');
      }
      return margins.length === 1
        ? described('ZeroPadding1D', { padding: margins[0] })
        : described('ZeroPadding2D', { padding: margins, ...channelsLast });
    }
    case 'cropping':
      return described('Cropping2D', { cropping: operation.margins, ...channelsLast });
    case 'up-sampling': {
      const { factors, interpolation } = operation;
      if (dialect !== 'TensorFlow.js' && interpolation !== 'nearest') {
        throw refuse('as Keras interpolates between other points');
      }
      return described('UpSampling2D', { size: factors, interpolation, ...channelsLast });
    }
    case 'resizing': {
      const [height, width] = operation.size;
      if (dialect === 'TensorFlow.js') throw refuse('as TensorFlow.js interpolates between other points');
      return described('Resizing', { height, width, interpolation: operation.interpolation });
    }
    case 'tensorflow.js only':
      if (dialect !== 'TensorFlow.js') {
        throw refuse(`as its ${operation.className} computes in a way of TensorFlow.js's own`);
      }
      return described(operation.className, inSnakeCase(operation.config));
  }
}

const channelsLast = { data_format: 'channels_last' } as const;

function convolution(operation: Convolution, layer: SavedLayer, writing: Writing): LayerDescription {
  const { way, kernelSize, strides, padding, dilation, bias, groups, filters, multiplier } = operation;
  if (writing.dialect === 'TensorFlow.js' && groups > 1) {
    throw cannotHold(writing.format, layer, `as it convolves in ${groups} groups`);
  }
  const common = {
    kernel_size: kernelSize,
    strides,
    padding,
    ...channelsLast,
    dilation_rate: dilation,
    use_bias: bias,
    activation: functionName(operation.activation, layer, writing),
  };
  switch (way) {
    case 'full': {
      const grouped = writing.dialect === 'TensorFlow.js' ? {} : { groups };
      return described(`Conv${kernelSize.length}D`, { filters, ...grouped, ...common });
    }
    case 'depthwise':
      return described('DepthwiseConv2D', { depth_multiplier: multiplier, ...common });
    case 'separable':
      return described('SeparableConv2D', { filters, depth_multiplier: multiplier, ...common });
  }
}

function functionName(activation: Activation, layer: SavedLayer, { dialect, format }: Writing): string {
  const name = activationName(activation, dialect);
  if (name === null)
    throw cannotHold(format, layer, `as its readers have no activation ${activation} that is the same`);
  return name;
}

function regularizers({ regularizers: penalties }: SavedLayer, dialect: Dialect): LayerDescription['config'] {
  const written = Object.entries(penalties).map(([field, penalty]) => [
    field,
    {
      ...(dialect === 'Keras 3' ? { module: 'keras.regularizers' } : {}),
      class_name: 'L1L2',
      config: penalty,
    },
  ]);
  return Object.fromEntries(written) as LayerDescription['config'];
}

/** As one number where there is only one. */
function singly(list: readonly number[]): number | readonly number[] {
  const [first] = list;
  return list.length === 1 && first !== undefined ? first : list;
}

function inSnakeCase(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const written = Object.entries(config).map(([field, value]) => [
    field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    value,
  ]);
  return Object.fromEntries(written) as Readonly<Record<string, unknown>>;
}
