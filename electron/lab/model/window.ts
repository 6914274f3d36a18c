/** Which cells of its input one cell of a layer's maps is computed from. */
import type * as tf from '@tensorflow/tfjs';
import type { LayerWindow } from '#shared/summary';

type Pair = readonly [number, number];

/** The window of the layer that made `output`, in its first input; `null` where it reads all, or nobody can tell. */
export function windowOf({ sourceLayer: layer, inputs, shape }: tf.SymbolicTensor): LayerWindow | null {
  const input = inputs[0]?.shape;
  const [height, width] = [input?.[1] ?? null, input?.[2] ?? null];
  if (input?.length !== 4 || shape.length < 2 || height === null || width === null) return null;
  return windows.get(layer.getClassName())?.(layer.getConfig(), [height, width]) ?? null;
}

/** The layers that a layer reads where it is first used. */
export function inputNames(layer: tf.layers.Layer): readonly string[] | null {
  return layer.inboundNodes[0]?.inboundLayers.map(({ name }) => name) ?? null;
}

type FromConfig = (config: tf.serialization.ConfigDict, input: Pair) => LayerWindow | null;

const itself: FromConfig = () => ({ size: [1, 1], strides: [1, 1], padding: [0, 0], perChannel: true });

const convolution: FromConfig = (config, input) =>
  sliding(
    pair(config['kernelSize']),
    pair(config['strides']),
    pair(config['dilationRate']),
    config,
    input,
    false,
  );

const depthwise: FromConfig = (config, input) =>
  sliding(
    pair(config['kernelSize']),
    pair(config['strides']),
    pair(config['dilationRate']),
    config,
    input,
    (config['depthMultiplier'] ?? 1) === 1,
  );

const pooling: FromConfig = (config, input) => {
  const size = pair(config['poolSize']);
  return sliding(size, pair(config['strides']) ?? size, null, config, input, true);
};

const globalPooling: FromConfig = (_config, size) => ({
  size,
  strides: [1, 1],
  padding: [0, 0],
  perChannel: true,
});

const zeroPadding: FromConfig = ({ padding }) => {
  const [rows, columns] = Array.isArray(padding) ? (padding as unknown[]) : [padding, padding];
  const before = (sides: unknown) => Number(Array.isArray(sides) ? sides[0] : sides);
  return { size: [1, 1], strides: [1, 1], padding: [before(rows), before(columns)], perChannel: true };
};

const windows: ReadonlyMap<string, FromConfig> = new Map([
  ...named(['Conv2D', 'SeparableConv2D', 'GroupedConv2D'], convolution),
  ...named(['DepthwiseConv2D'], depthwise),
  ...named(['MaxPooling2D', 'AveragePooling2D'], pooling),
  ...named(['GlobalAveragePooling2D', 'GlobalMaxPooling2D'], globalPooling),
  ...named(['ZeroPadding2D'], zeroPadding),
  ...named(['Activation', 'ReLU', 'LeakyReLU', 'ELU', 'ThresholdedReLU', 'PReLU'], itself),
  ...named(['BentRelu', 'ElementFunction', 'Affine', 'Identity', 'BatchNormalization'], itself),
  ...named(['Rescaling', 'Normalization', 'Dropout', 'GaussianNoise', 'GaussianDropout'], itself),
  ...named(['Add', 'Subtract', 'Multiply', 'Average', 'Maximum', 'Minimum'], itself),
]);

function named(
  classNames: readonly string[],
  window: FromConfig,
): readonly (readonly [string, FromConfig])[] {
  return classNames.map((className) => [className, window] as const);
}

/**
 * A kernel that slides over its input. `same` padding puts the odd row and column behind and below, as TensorFlow
 * does (tensorflow/core/framework/kernel_shape_util.cc).
 */
function sliding(
  kernel: Pair | null,
  steps: Pair | null,
  dilation: Pair | null,
  { padding }: tf.serialization.ConfigDict,
  input: Pair,
  perChannel: boolean,
): LayerWindow | null {
  if (kernel === null || (padding !== 'same' && padding !== 'valid')) return null;
  const strides = steps ?? [1, 1];
  const side = (axis: 0 | 1) => (kernel[axis] - 1) * (dilation?.[axis] ?? 1) + 1;
  const size = [side(0), side(1)] as const;
  const before = (axis: 0 | 1) => {
    if (padding === 'valid') return 0;
    const places = Math.ceil(input[axis] / strides[axis]);
    return Math.floor(Math.max(0, (places - 1) * strides[axis] + size[axis] - input[axis]) / 2);
  };
  return { size, strides, padding: [before(0), before(1)], perChannel };
}

function pair(value: unknown): Pair | null {
  if (typeof value === 'number') return [value, value];
  return Array.isArray(value) && value.length === 2 ? [Number(value[0]), Number(value[1])] : null;
}
