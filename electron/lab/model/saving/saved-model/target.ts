import {
  shapeMessage,
  type GraphAttribute,
  type SignatureTensor,
} from '../../../engine/compiled/saved-model';
import { DataType } from '../../../engine/native';
import {
  directionsOf,
  type BatchStatistics,
  type Binary,
  type ConvolutionWeights,
  type GraphTarget,
  type Shape,
  type Unary,
} from '../graph/target';
import type { Convolution, Interpolation, Margin, Pooling, TransposedConvolution } from '../operations';
import type { SavedWeight } from '../saved-network';
import { convolve, pool } from './windows';
import { attribute, knownSizes, signatureTensor, TensorFlowWriter, type Value } from './writer';

const { floatType, intType, flag, integer, integers } = attribute;

const unaryOperations: Readonly<Record<Unary, string>> = {
  relu: 'Relu',
  elu: 'Elu',
  selu: 'Selu',
  sigmoid: 'Sigmoid',
  softplus: 'Softplus',
  softsign: 'Softsign',
  tanh: 'Tanh',
  exp: 'Exp',
  erf: 'Erf',
  negate: 'Neg',
  'square root': 'Sqrt',
};

const binaryOperations: Readonly<Record<Binary, string>> = {
  add: 'AddV2',
  subtract: 'Sub',
  multiply: 'Mul',
  divide: 'RealDiv',
  maximum: 'Maximum',
  minimum: 'Minimum',
};

/** TensorFlow's operations (tensorflow.org/api_docs/python/tf/raw_ops), channels last as a CPU wants them. */
export class TensorFlowTarget implements GraphTarget<Value> {
  readonly format = 'The SavedModel';
  readonly writer = new TensorFlowWriter();
  readonly inputs: Record<string, SignatureTensor> = {};
  readonly outputs: Value[] = [];

  begin(name: string): void {
    this.writer.begin(name);
  }

  input(name: string, type: 'float32' | 'int32', shape: Shape): Value {
    const dtype = type === 'int32' ? DataType.int32 : DataType.float;
    const form = { dtype: { type: dtype }, shape: { shape: shapeMessage(knownSizes(shape)) } };
    const value = { name: this.writer.add('Placeholder', [], form), shape };
    this.inputs[name] = signatureTensor(value, dtype);
    return value;
  }

  output(value: Value): void {
    this.outputs.push(value);
  }

  number(value: number): Value {
    return { name: this.writer.floats('number', [], Float32Array.of(value)), shape: [] };
  }

  along(values: ArrayLike<number>, axis: number, rank: number): Value {
    const shape = Array.from({ length: rank }, (_, at) => (at === axis ? values.length : 1));
    return { name: this.writer.floats('each', shape, Float32Array.from(values)), shape };
  }

  constant({ name, shape, values }: SavedWeight): Value {
    return { name: this.writer.floats(name, shape, values), shape };
  }

  unary(computes: Unary, x: Value): Value {
    return this.#same(unaryOperations[computes], x);
  }

  binary(computes: Binary, one: Value, other: Value): Value {
    const name = this.writer.add(binaryOperations[computes], [one.name, other.name], { T: floatType });
    return { name, shape: broadcast(one.shape, other.shape) };
  }

  clip(x: Value, from: number, to: number): Value {
    if (from === 0 && to === 6) return this.#same('Relu6', x);
    return this.binary('minimum', this.binary('maximum', x, this.number(from)), this.number(to));
  }

  where(x: Value, is: 'greater' | 'greater or equal', than: number, then: Value, otherwise: Value): Value {
    const comparison = is === 'greater' ? 'Greater' : 'GreaterEqual';
    const form = { T: floatType };
    const condition = this.writer.add(comparison, [x.name, this.number(than).name], form);
    return { ...x, name: this.writer.add('SelectV2', [condition, then.name, otherwise.name], form) };
  }

  leakyRelu(x: Value, slope: number): Value {
    const form = { T: floatType, alpha: attribute.float(slope) };
    return { ...x, name: this.writer.add('LeakyRelu', [x.name], form) };
  }

  parametricRelu(x: Value, slopes: Value): Value {
    const below = this.binary('multiply', slopes, this.binary('minimum', x, this.number(0)));
    return this.binary('add', this.unary('relu', x), below);
  }

  softmax(x: Value, axis: number): Value {
    if (axis === x.shape.length - 1) return this.#same('Softmax', x);
    const shifted = this.unary('exp', this.binary('subtract', x, this.#reduce('Max', x, [axis], true)));
    return this.binary('divide', shifted, this.#reduce('Sum', shifted, [axis], true));
  }

  mean(x: Value, axes: readonly number[]): Value {
    return this.#reduce('Mean', x, axes, true);
  }

  convolution(x: Value, operation: Convolution, weights: ConvolutionWeights, gives: Shape): Value {
    return this.#biased({ name: convolve(this.writer, x, operation, weights), shape: gives }, weights);
  }

  transposedConvolution(
    x: Value,
    { kernelSize, strides, padding, filters }: TransposedConvolution,
    weights: ConvolutionWeights,
    gives: Shape,
  ): Value {
    // The sizes that it gives: those of the input times the strides, and what the window reaches beyond.
    const beyond = kernelSize.map((size, axis) =>
      padding === 'same' ? 0 : Math.max(0, size - (strides[axis] ?? 1)),
    );
    const sizes = this.#sizes(x, [1, ...strides, 0], [0, ...beyond, filters]);
    const { kernel } = weights;
    const filter = this.writer.floats('kernel', kernel.shape, kernel.values);
    const name = this.writer.add('Conv2DBackpropInput', [sizes, filter, x.name], {
      T: floatType,
      strides: integers([1, ...strides, 1]),
      padding: attribute.text(padding.toUpperCase()),
    });
    return this.#biased({ name, shape: gives }, weights);
  }

  dense(x: Value, weights: ConvolutionWeights, gives: Shape): Value {
    const { kernel } = weights;
    const factor = this.writer.floats('kernel', kernel.shape, kernel.values);
    const op = x.shape.length === 2 ? 'MatMul' : 'BatchMatMulV2';
    const name = this.writer.add(op, [x.name, factor], { T: floatType });
    return this.#biased({ name, shape: gives }, weights);
  }

  pooling(x: Value, operation: Pooling, gives: Shape): Value {
    return { name: pool(this.writer, x, operation), shape: gives };
  }

  globalPooling(x: Value, takes: 'max' | 'average'): Value {
    const axes = directionsOf(x.shape).map((_, direction) => direction + 1);
    return this.#reduce(takes === 'max' ? 'Max' : 'Mean', x, axes, false);
  }

  batchNormalization(x: Value, { gamma, beta, mean, variance, epsilon }: BatchStatistics): Value {
    const named = { gamma, beta, moving_mean: mean, moving_variance: variance };
    const statistics = Object.entries(named).map(([name, values]) =>
      this.writer.floats(name, [values.length], values),
    );
    const name = this.writer.add('FusedBatchNormV3', [x.name, ...statistics], {
      T: floatType,
      U: floatType,
      epsilon: attribute.float(epsilon),
      is_training: flag(false),
    });
    return { ...x, name };
  }

  reshape(x: Value, gives: Shape): Value {
    const sizes = gives.slice(1);
    const form = { T: floatType, Tshape: intType };
    if (!sizes.includes(null)) {
      const whole = this.writer.integers([-1, ...knownSizes(sizes)]);
      return { name: this.writer.add('Reshape', [x.name, whole], form), shape: gives };
    }
    // The batch is then asked for, as only one size may be found out by itself.
    const batch = this.#slice(this.#shapeOf(x), [0], [1]);
    const joined = this.#joined([batch, this.writer.integers(knownSizes(sizes))], 0, intType);
    return { name: this.writer.add('Reshape', [x.name, joined], form), shape: gives };
  }

  permute(x: Value, order: readonly number[], gives: Shape): Value {
    const form = { T: floatType, Tperm: intType };
    return { name: this.writer.add('Transpose', [x.name, this.writer.integers(order)], form), shape: gives };
  }

  repeat(x: Value, times: number, gives: Shape): Value {
    const form = { T: floatType, Tdim: intType };
    const once = this.writer.add('ExpandDims', [x.name, this.writer.integers([1], [])], form);
    const multiples = this.writer.integers([1, times, 1]);
    const name = this.writer.add('Tile', [once, multiples], { T: floatType, Tmultiples: intType });
    return { name, shape: gives };
  }

  concatenate(values: readonly Value[], axis: number, gives: Shape): Value {
    const names = values.map(({ name }) => name);
    return { name: this.#joined(names, axis, floatType), shape: gives };
  }

  zeroPadding(x: Value, margins: readonly Margin[], gives: Shape): Value {
    const all = [[0, 0], ...margins, [0, 0]];
    const paddings = this.writer.integers(all.flat(), [all.length, 2]);
    const form = { T: floatType, Tpaddings: intType };
    return { name: this.writer.add('Pad', [x.name, paddings], form), shape: gives };
  }

  cropping(x: Value, margins: readonly Margin[], gives: Shape): Value {
    const begins = this.writer.integers([0, ...margins.map(([before]) => before), 0]);
    const ends = this.writer.integers([0, ...margins.map(([, after]) => -after), 0]);
    const steps = this.writer.integers([1, ...margins.map(() => 1), 1]);
    // A bit for each axis that goes on to its end.
    const open = [true, ...margins.map(([, after]) => after === 0), true];
    const name = this.writer.add('StridedSlice', [x.name, begins, ends, steps], {
      T: floatType,
      Index: intType,
      end_mask: integer(open.reduce((mask, isOpen, axis) => mask + (isOpen ? 2 ** axis : 0), 0)),
    });
    return { name, shape: gives };
  }

  upSampling(x: Value, factors: readonly number[], interpolation: Interpolation, gives: Shape): Value {
    const all = this.#sizes(x, [1, ...factors, 1], [0, 0, 0, 0]);
    return this.#resized(x, this.#slice(all, [1], [2]), { interpolation, centred: false }, gives);
  }

  resizing(x: Value, size: readonly number[], interpolation: Interpolation, gives: Shape): Value {
    return this.#resized(x, this.writer.integers(size), { interpolation, centred: true }, gives);
  }

  /** @param centred whether the middles of pixels lie on each other, or their first corners */
  #resized(
    x: Value,
    sizes: string,
    { interpolation, centred }: { readonly interpolation: Interpolation; readonly centred: boolean },
    gives: Shape,
  ): Value {
    const op = interpolation === 'bilinear' ? 'ResizeBilinear' : 'ResizeNearestNeighbor';
    const form = { T: floatType, half_pixel_centers: flag(centred) };
    return { name: this.writer.add(op, [x.name, sizes], form), shape: gives };
  }

  #biased(x: Value, { bias }: ConvolutionWeights): Value {
    if (bias === null) return x;
    const offsets = this.writer.floats('bias', bias.shape, bias.values);
    return { ...x, name: this.writer.add('BiasAdd', [x.name, offsets], { T: floatType }) };
  }

  #reduce(op: 'Max' | 'Mean' | 'Sum', x: Value, axes: readonly number[], keep: boolean): Value {
    const form = { T: floatType, Tidx: intType, keep_dims: flag(keep) };
    const name = this.writer.add(op, [x.name, this.writer.integers(axes)], form);
    const shape = keep
      ? x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
      : x.shape.filter((_, axis) => !axes.includes(axis));
    return { name, shape };
  }

  /** The sizes of a tensor, each times a factor and more by an offset. */
  #sizes(x: Value, factors: readonly number[], offsets: readonly number[]): string {
    const form = { T: intType };
    const scaled = this.writer.add('Mul', [this.#shapeOf(x), this.writer.integers(factors)], form);
    return this.writer.add('AddV2', [scaled, this.writer.integers(offsets)], form);
  }

  #shapeOf(x: Value): string {
    return this.writer.add('Shape', [x.name], { T: floatType, out_type: intType });
  }

  #slice(list: string, begin: readonly number[], size: readonly number[]): string {
    const parts = [begin, size].map((values) => this.writer.integers(values));
    return this.writer.add('Slice', [list, ...parts], { T: intType, Index: intType });
  }

  #joined(names: readonly string[], axis: number, type: GraphAttribute): string {
    const form = { T: type, N: integer(names.length), Tidx: intType };
    return this.writer.add('ConcatV2', [...names, this.writer.integers([axis], [])], form);
  }

  #same(op: string, x: Value): Value {
    return { ...x, name: this.writer.add(op, [x.name], { T: floatType }) };
  }
}

function broadcast(one: Shape, other: Shape): Shape {
  const [longer, shorter] = one.length >= other.length ? [one, other] : [other, one];
  const ahead = longer.length - shorter.length;
  return longer.map((size, axis) => (size === 1 && axis >= ahead ? (shorter[axis - ahead] ?? null) : size));
}
