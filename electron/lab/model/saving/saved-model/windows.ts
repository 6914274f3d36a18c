import type { ConvolutionWeights } from '../graph/target';
import type { Convolution, Pooling } from '../operations';
import type { SavedWeight } from '../saved-network';
import { attribute, type TensorFlowWriter, type Value } from './writer';

const { floatType, intType, integer, integers } = attribute;

/** A convolution without its bias, in one to three directions. */
export function convolve(
  writer: TensorFlowWriter,
  x: Value,
  operation: Convolution,
  { kernel, pointwise }: ConvolutionWeights,
): string {
  const { way, strides, dilation, groups, kernelSize } = operation;
  if (way === 'full') {
    return groups === 1
      ? slide(writer, x, kernel, operation)
      : slideInGroups(writer, x.name, kernel, operation);
  }
  const wide = dilated(kernel, dilation);
  const each = writer.add(
    'DepthwiseConv2dNative',
    [x.name, writer.floats('kernel', wide.shape, wide.values)],
    {
      T: floatType,
      strides: integers([1, ...strides, 1]),
      padding: attribute.text(operation.padding.toUpperCase()),
    },
  );
  if (pointwise === null) return each;
  const ones = kernelSize.map(() => 1);
  const single = { strides: ones, dilation: ones, padding: 'valid' } as const;
  return slide(writer, { name: each, shape: x.shape }, pointwise, single);
}

/** A pooling in one to three directions. */
export function pool(
  writer: TensorFlowWriter,
  x: Value,
  { takes, poolSize, strides, padding }: Pooling,
): string {
  const directions = poolSize.length;
  const op = `${takes === 'max' ? 'Max' : 'Avg'}Pool${directions === 3 ? '3D' : ''}`;
  const form = {
    T: floatType,
    ksize: integers(window(poolSize)),
    strides: integers(window(strides)),
    padding: attribute.text(padding.toUpperCase()),
  };
  return inTwoDirections(writer, x.name, directions, (name) => writer.add(op, [name], form));
}

type Sliding = Pick<Convolution, 'strides' | 'padding' | 'dilation'>;

function slide(writer: TensorFlowWriter, x: Value, kernel: SavedWeight, sliding: Sliding): string {
  const directions = kernel.shape.length - 2;
  const shape = directions === 1 ? [1, ...kernel.shape] : kernel.shape;
  const filter = writer.floats('kernel', shape, kernel.values);
  return inTwoDirections(writer, x.name, directions, (name) => {
    const op = directions === 3 ? 'Conv3D' : 'Conv2D';
    return writer.add(op, [name, filter], slidingForm(sliding));
  });
}

function slidingForm({ strides, padding, dilation }: Sliding) {
  return {
    T: floatType,
    strides: integers(window(strides)),
    dilations: integers(window(dilation)),
    padding: attribute.text(padding.toUpperCase()),
  };
}

/** Group by group, as TensorFlow before 2.10 knows groups on GPUs only. */
function slideInGroups(
  writer: TensorFlowWriter,
  x: string,
  kernel: SavedWeight,
  operation: Convolution,
): string {
  const { groups } = operation;
  const count = { T: floatType, num_split: integer(groups) };
  const axis = writer.integers([3], []);
  const parts = writer.add('Split', [axis, x], count);
  const filter = writer.floats('kernel', kernel.shape, kernel.values);
  const filters = writer.add('Split', [axis, filter], count);
  const maps = Array.from({ length: groups }, (_, group) =>
    writer.add(
      'Conv2D',
      [parts, filters].map((list) => (group === 0 ? list : `${list}:${String(group)}`)),
      slidingForm(operation),
    ),
  );
  return writer.add('ConcatV2', [...maps, axis], { T: floatType, N: integer(groups), Tidx: intType });
}

/** One direction is a map of one row. */
function inTwoDirections(
  writer: TensorFlowWriter,
  x: string,
  directions: number,
  apply: (name: string) => string,
): string {
  if (directions !== 1) return apply(x);
  const row = writer.add('ExpandDims', [x, writer.integers([1], [])], { T: floatType, Tdim: intType });
  return writer.add('Squeeze', [apply(row)], { T: floatType, squeeze_dims: integers([1]) });
}

/** With the batch before and the channels behind; a single direction gets another before it. */
function window(sizes: readonly number[]): readonly number[] {
  return [1, ...(sizes.length === 1 ? [1] : []), ...sizes, 1];
}

/**
 * A kernel with zeros between its rows and columns, so that it need not be dilated: on a CPU TensorFlow dilates no
 * depthwise convolution.
 */
function dilated(kernel: SavedWeight, dilation: readonly number[]): SavedWeight {
  const [down = 1, across = 1] = dilation;
  if (down === 1 && across === 1) return kernel;
  const [height = 1, width = 1, ...others] = kernel.shape;
  const each = others.reduce((product, size) => product * size, 1);
  const wide = (width - 1) * across + 1;
  const shape = [(height - 1) * down + 1, wide, ...others];
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * each;
      values.set(kernel.values.subarray(from, from + each), (y * down * wide + x * across) * each);
    }
  }
  return { ...kernel, shape, values };
}
