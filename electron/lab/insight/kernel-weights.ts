import type * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import { imageSize, type ImageShape } from '#shared/images';

/** The weights of a layer's filters as small images. */
export interface KernelWeights {
  /** Of one filter: height, width and input channels. */
  readonly shape: ImageShape;
  /** Filter after filter, each row-major, channels last. */
  readonly values: Float32Array;
  readonly filters: number;
  readonly bias: Float32Array | null;
}

/**
 * Reads a layer's kernels. Those of a separable convolution are what its two parts come to; those of a dense layer have
 * the form of the maps that were flattened before it, where there were any. Throws a `Refusal` for a layer without.
 */
export function kernelWeights(layer: tf.layers.Layer): KernelWeights {
  const type = layer.getClassName();
  const tensors = layer.getWeights();
  const [kernel] = tensors;
  if (kernel === undefined) throw withoutKernels(layer, type);
  const shape = kernel.shape;
  const values = kernel.dataSync<'float32'>();
  const bias = (at: number): Float32Array | null => tensors[at]?.dataSync<'float32'>() ?? null;
  switch (type) {
    case 'Conv2D':
    case 'GroupedConv2D': {
      const [height = 1, width = 1, channels = 1, filters = 1] = shape;
      return { ...byFilter([height, width, channels], filters, values), bias: bias(1) };
    }
    case 'Conv1D': {
      const [width = 1, channels = 1, filters = 1] = shape;
      return { ...byFilter([1, width, channels], filters, values), bias: bias(1) };
    }
    case 'Conv2DTranspose': {
      const [height = 1, width = 1, filters = 1, channels = 1] = shape;
      const kernels = arranged([height, width, channels], filters, (filter, place, channel) =>
        at(values, (place * filters + filter) * channels + channel),
      );
      return { ...kernels, bias: bias(1) };
    }
    case 'DepthwiseConv2D': {
      const [height = 1, width = 1, channels = 1, each = 1] = shape;
      return { ...byFilter([height, width, 1], channels * each, values), bias: bias(1) };
    }
    case 'SeparableConv2D':
      return { ...separable(kernel, tensors[1] as tf.Tensor), bias: bias(2) };
    case 'Dense': {
      const [inputs = 1, units = 1] = shape;
      return { ...byFilter(mapsBefore(layer, inputs), units, values), bias: bias(1) };
    }
    default:
      throw withoutKernels(layer, type);
  }
}

function withoutKernels({ name }: tf.layers.Layer, type: string): Refusal {
  return new Refusal(`The layer ${name} (${type}) has no kernels; name a convolution or a dense layer.`);
}

type Kernels = Pick<KernelWeights, 'shape' | 'values' | 'filters'>;

/** From weights whose last axis is the filters. */
function byFilter(shape: ImageShape, filters: number, values: Float32Array): Kernels {
  const channels = shape[2];
  return arranged(shape, filters, (filter, place, channel) =>
    at(values, (place * channels + channel) * filters + filter),
  );
}

function separable(depthwise: tf.Tensor, pointwise: tf.Tensor): Kernels {
  const [height = 1, width = 1, channels = 1, each = 1] = depthwise.shape;
  const filters = pointwise.shape.at(-1) ?? 1;
  const spatial = depthwise.dataSync<'float32'>();
  const mixing = pointwise.dataSync<'float32'>();
  return arranged([height, width, channels], filters, (filter, place, channel) => {
    let sum = 0;
    for (let part = 0; part < each; part++) {
      const row = channel * each + part;
      sum += at(spatial, place * channels * each + row) * at(mixing, row * filters + filter);
    }
    return sum;
  });
}

function arranged(
  shape: ImageShape,
  filters: number,
  weight: (filter: number, place: number, channel: number) => number,
): Kernels {
  const size = imageSize(shape);
  const values = new Float32Array(filters * size);
  for (let index = 0; index < values.length; index++) {
    const within = index % size;
    const channel = within % shape[2];
    values[index] = weight(Math.floor(index / size), (within - channel) / shape[2], channel);
  }
  return { shape, values, filters };
}

/** Layers that leave values where they are. */
const still: ReadonlySet<string> = new Set(['Dropout', 'GaussianDropout', 'GaussianNoise']);

function mapsBefore(layer: tf.layers.Layer, inputs: number): ImageShape {
  let symbol: tf.SymbolicTensor | undefined = [layer.input].flat()[0];
  while (symbol !== undefined && still.has(symbol.sourceLayer.getClassName())) symbol = symbol.inputs[0];
  const flattened = symbol?.sourceLayer.getClassName() === 'Flatten' ? symbol.inputs[0] : undefined;
  const [height, width, channels] = flattened?.shape.slice(1) ?? [];
  const maps: ImageShape = [height ?? 0, width ?? 0, channels ?? 0];
  return imageSize(maps) === inputs ? maps : [1, inputs, 1];
}

function at(values: Float32Array, index: number): number {
  return values[index] as number;
}
