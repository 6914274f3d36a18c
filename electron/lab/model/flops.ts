/**
 * What one image costs on its way through a network, in floating-point operations.
 *
 * A multiplication and an addition are counted as two, as TensorFlow's profiler does and as hardware is rated; papers
 * that say 'multiply-adds' count half as much. Counted are the forward pass in inference mode and every tap of a
 * kernel, those over a padded edge too. What the profiler leaves out and is still computed is counted as well: batch
 * normalization as the multiplication and addition that it comes to, and an activation as one operation a value.
 * Source of the rest: tensorflow/python/profiler/internal/flops_registry.py and ops/nn_ops.py.
 */
import * as tf from '@tensorflow/tfjs';

/** `null` where a size is known only when the network runs, or where nobody here knows what the layer computes. */
export type Flops = number | null;

/** FLOPs of each layer for one image, all its uses together, and of the whole network. */
export interface ModelFlops {
  readonly total: Flops;
  of(layer: tf.layers.Layer): Flops;
}

export function modelFlops(model: tf.LayersModel): ModelFlops {
  const byLayer = new Map<tf.layers.Layer, Flops>();
  const uses = usesBefore(model.outputs, () => false);
  for (const use of uses) {
    byLayer.set(use.sourceLayer, add(byLayer.get(use.sourceLayer) ?? 0, useFlops(use)));
  }
  return {
    total: uses.map(useFlops).reduce(add, 0),
    of: (layer) => byLayer.get(layer) ?? (byLayer.has(layer) ? null : 0),
  };
}

/**
 * FLOPs of one image from the tensors for which `begins` is true, which are taken as given, to `output`: of a layer of
 * a file that was rebuilt as several.
 */
export function flopsUpTo(output: tf.SymbolicTensor, begins: (tensor: tf.SymbolicTensor) => boolean): Flops {
  return usesBefore([output], (tensor) => tensor !== output && begins(tensor))
    .map(useFlops)
    .reduce(add, 0);
}

function add(sum: Flops, more: Flops): Flops {
  return sum === null || more === null ? null : sum + more;
}

/** One tensor for each use of each layer that the outputs depend on. */
function usesBefore(
  outputs: readonly tf.SymbolicTensor[],
  begins: (tensor: tf.SymbolicTensor) => boolean,
): readonly tf.SymbolicTensor[] {
  const uses = new Map<string, tf.SymbolicTensor>();
  const open = [...outputs];
  for (let tensor = open.pop(); tensor !== undefined; tensor = open.pop()) {
    const use = `${String(tensor.sourceLayer.id)}/${String(tensor.nodeIndex)}`;
    if (begins(tensor) || uses.has(use)) continue;
    uses.set(use, tensor);
    open.push(...tensor.inputs);
  }
  return [...uses.values()];
}

function useFlops({ sourceLayer: layer, inputs, shape }: tf.SymbolicTensor): Flops {
  if (layer instanceof tf.LayersModel) return modelFlops(layer).total;
  return operations(layer, {
    layer,
    inputs: inputs.map((input) => input.shape),
    input: inputs[0]?.shape ?? [],
    output: shape,
  });
}

interface Use {
  readonly layer: tf.layers.Layer;
  readonly inputs: readonly tf.Shape[];
  /** The first input's. */
  readonly input: tf.Shape;
  readonly output: tf.Shape;
}

type Count = (use: Use) => Flops;

function operations(layer: tf.layers.Layer, use: Use): Flops {
  return counts.get(layer.getClassName())?.(use) ?? null;
}

const nothing: Count = () => 0;
const perValue =
  (each: number): Count =>
  ({ output }) =>
    times(values(output), each);

/** Each weight of a kernel is multiplied and added once at every place of the output. */
const convolution: Count = (use) => add(weighed(use, positions(use.output)), activation(use));

/** Each weight of a kernel is multiplied and added once at every place of the input. */
const transposedConvolution: Count = (use) => {
  const products = times(positions(use.input), 2 * kernelSize(use.layer));
  return add(add(products, times(positions(use.output), biasSize(use.layer))), activation(use));
};

const pooling: Count = ({ layer, output }) => {
  const size = (layer as unknown as { readonly poolSize: number | readonly number[] }).poolSize;
  return times(
    values(output),
    [size].flat().reduce((product, side) => product * side, 1),
  );
};

const globalPooling: Count = ({ input }) => values(input);

const activationLayer: Count = (use) => activation(use);

const softmaxEach = 5;

/** Of one of n inputs with the next, n - 1 times. */
const merging: Count = ({ inputs, output }) => times(values(output), inputs.length - 1);

const average: Count = ({ inputs, output }) => times(values(output), inputs.length);

const dot: Count = ({ inputs, output }) => {
  const shared = inputs[0]?.at(-1) ?? null;
  return shared === null ? null : times(values(output), 2 * shared);
};

const upSampling: Count = ({ layer, output }) =>
  layer.getConfig()['interpolation'] === 'bilinear' ? times(values(output), 6) : 0;

const counts: ReadonlyMap<string, Count> = new Map([
  ...named(
    ['Conv1D', 'Conv2D', 'Conv3D', 'DepthwiseConv2D', 'SeparableConv2D', 'GroupedConv2D'],
    convolution,
  ),
  ...named(['Dense'], convolution),
  ...named(['Conv2DTranspose', 'Conv3DTranspose'], transposedConvolution),
  ...named(['MaxPooling1D', 'MaxPooling2D', 'MaxPooling3D'], pooling),
  ...named(['AveragePooling1D', 'AveragePooling2D', 'AveragePooling3D'], pooling),
  ...named(['GlobalAveragePooling1D', 'GlobalAveragePooling2D'], globalPooling),
  ...named(['GlobalMaxPooling1D', 'GlobalMaxPooling2D'], globalPooling),
  ...named(['BatchNormalization', 'Rescaling', 'Normalization'], perValue(2)),
  // Two sums, a subtraction, a square, and three operations that scale and shift.
  ...named(['LayerNormalization'], perValue(7)),
  ...named(['Activation'], activationLayer),
  ...named(['ReLU', 'LeakyReLU', 'ELU', 'ThresholdedReLU', 'PReLU'], perValue(1)),
  ...named(['BentRelu', 'ElementFunction'], perValue(1)),
  ...named(['Softmax'], perValue(softmaxEach)),
  ...named(['Add', 'Multiply', 'Maximum', 'Minimum', 'Subtract'], merging),
  ...named(['Average'], average),
  ...named(['Dot'], dot),
  ...named(['UpSampling2D'], upSampling),
  ...named(['Resizing'], perValue(6)),
  ...named(
    ['InputLayer', 'Flatten', 'Reshape', 'Permute', 'RepeatVector', 'Concatenate', 'Embedding'],
    nothing,
  ),
  ...named(['Dropout', 'SpatialDropout1D', 'GaussianNoise', 'GaussianDropout', 'AlphaDropout'], nothing),
  ...named(['ZeroPadding1D', 'ZeroPadding2D', 'Cropping2D', 'Identity'], nothing),
]);

function named(classNames: readonly string[], count: Count): readonly (readonly [string, Count])[] {
  return classNames.map((className) => [className, count] as const);
}

function weighed({ layer }: Use, places: Flops): Flops {
  return times(places, 2 * kernelSize(layer) + biasSize(layer));
}

/** Of all kernels, as separable convolutions have two. */
function kernelSize(layer: tf.layers.Layer): number {
  return sizeOfWeights(layer, (rank) => rank > 1);
}

function biasSize(layer: tf.layers.Layer): number {
  return sizeOfWeights(layer, (rank) => rank === 1);
}

function sizeOfWeights(layer: tf.layers.Layer, counted: (rank: number) => boolean): number {
  return layer.weights
    .filter(({ shape }) => counted(shape.length))
    .reduce((sum, { shape }) => sum + shape.reduce<number>((product, size) => product * (size ?? 1), 1), 0);
}

function activation({ layer, output }: Use): Flops {
  const name = layer.getConfig()['activation'];
  if (name === 'linear' || name === null || name === undefined) return 0;
  return times(values(output), name === 'softmax' ? softmaxEach : 1);
}

/** Values of one image. */
function values(shape: tf.Shape): Flops {
  return shape.slice(1).reduce<Flops>((product, size) => (size === null ? null : times(product, size)), 1);
}

/** Places of one image, whatever the number of channels. */
function positions(shape: tf.Shape): Flops {
  return values(shape.slice(0, -1));
}

function times(count: Flops, each: number): Flops {
  return count === null ? null : count * each;
}
