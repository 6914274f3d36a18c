import type { Convolution, Interpolation, Margin, Pooling, TransposedConvolution } from '../operations';
import type { SavedWeight } from '../saved-network';
import {
  directionsOf,
  type BatchStatistics,
  type Binary,
  type ConvolutionWeights,
  type GraphTarget,
  type Shape,
  type Unary,
} from '../graph/target';
import { depthwiseKernel, fullKernel, transposedWeight, type Weight } from './kernels';
import { attribute, dataType, type OnnxAttribute, type OnnxValue } from './messages';
import { pads, windowAttributes, type Window } from './windows';
import { axisIn, OnnxWriter, valueInfo, type Layout, type Value } from './writer';

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
  add: 'Add',
  subtract: 'Sub',
  multiply: 'Mul',
  divide: 'Div',
  maximum: 'Max',
  minimum: 'Min',
};

const resizeModes: Readonly<Record<Interpolation, string>> = { nearest: 'nearest', bilinear: 'linear' };

/** No end at all, in Slice. */
const farBehind = 2 ** 31 - 1;

/** ONNX's operations of version 13 (github.com/onnx/onnx/blob/main/docs/Operators.md). */
export class OnnxTarget implements GraphTarget<Value> {
  readonly format = 'ONNX';
  readonly writer = new OnnxWriter();
  readonly outputs: OnnxValue[] = [];

  begin(name: string): void {
    this.writer.begin(name);
  }

  input(name: string, type: 'float32' | 'int32', shape: Shape): Value {
    return this.writer.input(name, type, shape);
  }

  output(value: Value): void {
    const name = this.writer.arranged(value, 'channels last');
    const fed = this.writer.inputs.some((input) => input.name === name);
    const given = fed ? this.writer.add('Identity', [name]) : name;
    this.outputs.push(valueInfo(given, dataType.float, value.shape));
  }

  number(value: number): Value {
    return constant('number', [], Float32Array.of(value));
  }

  along(values: ArrayLike<number>, axis: number, rank: number): Value {
    const shape = Array.from({ length: rank }, (_, at) => (at === axis ? values.length : 1));
    return constant('each', shape, Float32Array.from(values));
  }

  constant({ name, shape, values }: SavedWeight, rank: number): Value {
    const before = new Array<number>(rank - shape.length).fill(1);
    return constant(name, [...before, ...shape], values);
  }

  unary(computes: Unary, x: Value): Value {
    return this.#same(unaryOperations[computes], x);
  }

  binary(computes: Binary, one: Value, other: Value): Value {
    const layout = commonLayout([one, other]);
    const inputs = [one, other].map((value) => this.writer.arranged(value, layout));
    const shape = broadcast(one.shape, other.shape);
    return this.#made(this.writer.add(binaryOperations[computes], inputs), shape, layout);
  }

  clip(x: Value, from: number, to: number): Value {
    const inputs = [x.name, this.writer.scalar(from), this.writer.scalar(to)];
    return { ...x, name: this.writer.add('Clip', inputs) };
  }

  where(x: Value, is: 'greater' | 'greater or equal', than: number, then: Value, otherwise: Value): Value {
    const comparison = is === 'greater' ? 'Greater' : 'GreaterOrEqual';
    const condition = this.writer.add(comparison, [x.name, this.writer.scalar(than)]);
    const choices = [then, otherwise].map((value) => this.writer.arranged(value, x.layout));
    return { ...x, name: this.writer.add('Where', [condition, ...choices]) };
  }

  leakyRelu(x: Value, slope: number): Value {
    return this.#same('LeakyRelu', x, [attribute.float('alpha', slope)]);
  }

  parametricRelu(x: Value, slopes: Value): Value {
    return { ...x, name: this.writer.add('PRelu', [x.name, this.writer.arranged(slopes, x.layout)]) };
  }

  softmax(x: Value, axis: number): Value {
    const here = axisIn(x.layout, axis, x.shape.length);
    return this.#same('Softmax', x, [attribute.integer('axis', here)]);
  }

  mean(x: Value, axes: readonly number[]): Value {
    const here = axes.map((axis) => axisIn(x.layout, axis, x.shape.length));
    const attributes = [attribute.integers('axes', here), attribute.integer('keepdims', 1)];
    const shape = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    return this.#made(this.writer.add('ReduceMean', [x.name], attributes), shape, x.layout);
  }

  convolution(x: Value, operation: Convolution, weights: ConvolutionWeights, gives: Shape): Value {
    const { way, kernelSize, strides, padding, dilation, groups } = operation;
    const { kernel, pointwise, bias } = weights;
    const window = { size: kernelSize, strides, padding, dilation };
    const channels = x.shape.at(-1) ?? 1;
    if (way === 'full') return this.#convolve(x, fullKernel(kernel), bias, groups, window, gives);
    const each = depthwiseKernel(kernel);
    if (pointwise === null) return this.#convolve(x, each, bias, channels, window, gives);
    const between = [...gives.slice(0, -1), each.shape[0] ?? 1];
    const parted = this.#convolve(x, each, null, channels, window, between);
    const ones = kernelSize.map(() => 1);
    const single = { size: ones, strides: ones, padding: 'valid', dilation: ones } as const;
    return this.#convolve(parted, fullKernel(pointwise), bias, 1, single, gives);
  }

  transposedConvolution(
    x: Value,
    { kernelSize, strides, padding }: TransposedConvolution,
    { kernel, bias }: ConvolutionWeights,
    gives: Shape,
  ): Value {
    // What the window lacks of a step stays empty at the end; what it has more is cut, if it pads.
    const lacks = kernelSize.map((size, axis) => Math.max(0, (strides[axis] ?? 1) - size));
    const cut = kernelSize.map((size, axis): Margin => {
      const more = padding === 'same' ? Math.max(0, size - (strides[axis] ?? 1)) : 0;
      return [Math.floor(more / 2), Math.ceil(more / 2)];
    });
    const turned = transposedWeight(kernel, [3, 2, 0, 1]);
    const inputs = [this.#first(x), this.writer.floats('kernel', turned.shape, turned.values)];
    const name = this.writer.add(
      'ConvTranspose',
      [...inputs, ...this.#bias(bias)],
      [
        attribute.integers('kernel_shape', kernelSize),
        attribute.integers('strides', strides),
        attribute.integers('pads', pads(cut)),
        attribute.integers('output_padding', lacks),
      ],
    );
    return this.#made(name, gives, 'channels first');
  }

  dense(x: Value, { kernel, bias }: ConvolutionWeights, gives: Shape): Value {
    const input = this.writer.arranged(x, 'channels last');
    const weights = this.writer.floats('kernel', kernel.shape, kernel.values);
    if (x.shape.length === 2) {
      return this.#made(this.writer.add('Gemm', [input, weights, ...this.#bias(bias)]), gives);
    }
    const product = this.writer.add('MatMul', [input, weights]);
    if (bias === null) return this.#made(product, gives);
    return this.#made(this.writer.add('Add', [product, ...this.#bias(bias)]), gives);
  }

  pooling(x: Value, { takes, poolSize, strides, padding }: Pooling, gives: Shape): Value {
    const ones = poolSize.map(() => 1);
    const window = { size: poolSize, strides, padding, dilation: ones };
    const op = takes === 'max' ? 'MaxPool' : 'AveragePool';
    const name = this.writer.add(op, [this.#first(x)], windowAttributes(window, directionsOf(x.shape)));
    return this.#made(name, gives, 'channels first');
  }

  globalPooling(x: Value, takes: 'max' | 'average', gives: Shape): Value {
    const op = takes === 'max' ? 'GlobalMaxPool' : 'GlobalAveragePool';
    const pooled = this.writer.add(op, [this.#first(x)]);
    return this.#made(this.writer.add('Flatten', [pooled]), gives);
  }

  batchNormalization(x: Value, { gamma, beta, mean, variance, epsilon }: BatchStatistics): Value {
    const named = { gamma, beta, moving_mean: mean, moving_variance: variance };
    const statistics = Object.entries(named).map(([name, values]) =>
      this.writer.floats(name, [values.length], values),
    );
    const inputs = [this.#first(x), ...statistics];
    const name = this.writer.add('BatchNormalization', inputs, [attribute.float('epsilon', epsilon)]);
    return this.#made(name, x.shape, 'channels first');
  }

  reshape(x: Value, gives: Shape): Value {
    // Where there is one channel or one position both orders are the same.
    const anyOrder = x.shape.at(-1) === 1 || directionsOf(x.shape).every((size) => size === 1);
    const input = anyOrder ? x.name : this.writer.arranged(x, 'channels last');
    if (gives.length === 2) return this.#made(this.writer.add('Flatten', [input]), gives);
    // 0 keeps the batch as it is.
    const sizes = this.writer.integers([0, ...gives.slice(1).map((size) => size ?? -1)]);
    return this.#made(this.writer.add('Reshape', [input, sizes]), gives);
  }

  permute(x: Value, order: readonly number[], gives: Shape): Value {
    const input = this.writer.arranged(x, 'channels last');
    return this.#made(this.writer.add('Transpose', [input], [attribute.integers('perm', order)]), gives);
  }

  repeat(x: Value, times: number, gives: Shape): Value {
    const once = this.writer.add('Reshape', [x.name, this.writer.integers([0, 1, x.shape[1] ?? -1])]);
    return this.#made(this.writer.add('Tile', [once, this.writer.integers([1, times, 1])]), gives);
  }

  concatenate(values: readonly Value[], axis: number, gives: Shape): Value {
    const layout = commonLayout(values);
    const inputs = values.map((value) => this.writer.arranged(value, layout));
    const here = axisIn(layout, axis, gives.length);
    return this.#made(this.writer.add('Concat', inputs, [attribute.integer('axis', here)]), gives, layout);
  }

  zeroPadding(x: Value, margins: readonly Margin[], gives: Shape): Value {
    const all = pads([[0, 0], [0, 0], ...margins]);
    const name = this.writer.add('Pad', [this.#first(x), this.writer.integers(all)]);
    return this.#made(name, gives, 'channels first');
  }

  cropping(x: Value, margins: readonly Margin[], gives: Shape): Value {
    const starts = margins.map(([before]) => before);
    const ends = margins.map(([, after]) => (after === 0 ? farBehind : -after));
    const axes = margins.map((_, direction) => direction + 2);
    const parts = [starts, ends, axes].map((list) => this.writer.integers(list));
    return this.#made(this.writer.add('Slice', [this.#first(x), ...parts]), gives, 'channels first');
  }

  upSampling(x: Value, factors: readonly number[], interpolation: Interpolation, gives: Shape): Value {
    const scales = this.writer.floats('scales', [2 + factors.length], Float32Array.of(1, 1, ...factors));
    const modes = [
      attribute.text('coordinate_transformation_mode', 'asymmetric'),
      attribute.text('nearest_mode', 'floor'),
    ];
    const inputs = [this.#first(x), '', scales];
    return this.#resized(inputs, [attribute.text('mode', resizeModes[interpolation]), ...modes], gives);
  }

  resizing(x: Value, size: readonly number[], interpolation: Interpolation, gives: Shape): Value {
    const input = this.#first(x);
    // Batch and channels stay; a size is exact where a factor would be rounded.
    const sizes = this.writer.add('Shape', [input]);
    const kept = this.writer.add('Slice', [sizes, this.writer.integers([0]), this.writer.integers([2])]);
    const wanted = this.writer.add(
      'Concat',
      [kept, this.writer.integers(size)],
      [attribute.integer('axis', 0)],
    );
    const modes = [
      attribute.text('coordinate_transformation_mode', 'half_pixel'),
      attribute.text('nearest_mode', 'round_prefer_ceil'),
    ];
    const inputs = [input, '', '', wanted];
    return this.#resized(inputs, [attribute.text('mode', resizeModes[interpolation]), ...modes], gives);
  }

  #resized(inputs: readonly string[], modes: readonly OnnxAttribute[], gives: Shape): Value {
    return this.#made(this.writer.add('Resize', inputs, modes), gives, 'channels first');
  }

  #convolve(
    x: Value,
    { shape, values }: Weight,
    bias: SavedWeight | null,
    groups: number,
    window: Window,
    gives: Shape,
  ): Value {
    const inputs = [this.#first(x), this.writer.floats('kernel', shape, values), ...this.#bias(bias)];
    const name = this.writer.add('Conv', inputs, [
      ...windowAttributes(window, directionsOf(x.shape)),
      attribute.integers('dilations', window.dilation),
      attribute.integer('group', groups),
    ]);
    return this.#made(name, gives, 'channels first');
  }

  #bias(bias: SavedWeight | null): readonly string[] {
    return bias === null ? [] : [this.writer.floats('bias', bias.shape, bias.values)];
  }

  #first(x: Value): string {
    return this.writer.arranged(x, 'channels first');
  }

  #same(op: string, x: Value, attributes: readonly OnnxAttribute[] = []): Value {
    return { ...x, name: this.writer.add(op, [x.name], attributes) };
  }

  #made(name: string, shape: Shape, layout: Layout = 'channels last'): Value {
    return { name, shape, layout: shape.length < 3 ? 'channels last' : layout, constant: null };
  }
}

function constant(name: string, shape: readonly number[], values: Float32Array): Value {
  return { name, shape, layout: 'channels last', constant: values };
}

/** As most of them are, so that few are moved; of different ranks ONNX lines up the last axes. */
function commonLayout(values: readonly Value[]): Layout {
  const computed = values.filter((value) => value.constant === null);
  const ranks = new Set(computed.map(({ shape }) => shape.length));
  return ranks.size === 1 && computed.some(({ layout }) => layout === 'channels first')
    ? 'channels first'
    : 'channels last';
}

function broadcast(one: Shape, other: Shape): Shape {
  const [longer, shorter] = one.length >= other.length ? [one, other] : [other, one];
  const ahead = longer.length - shorter.length;
  return longer.map((size, axis) => (size === 1 && axis >= ahead ? (shorter[axis - ahead] ?? null) : size));
}
