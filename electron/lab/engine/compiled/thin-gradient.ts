import { DataType } from '../native';
import type { GraphBuilder, Output } from './graph';
import type { TensorForm } from './rewrites';
import type { TracedConstant, TracedOperation } from './trace';

/** Up to so many channels an input is thin: colours of an image. */
const mostChannels = 4;
/** Up to so many cells a kernel's products are added one by one. */
const mostCells = 49;

const { float, int32 } = DataType;

export interface ThinGradientFacts {
  readonly forms: ReadonlyMap<number, TensorForm>;
  readonly constants: ReadonlyMap<number, TracedConstant>;
}

/**
 * The gradient of a convolution for an input of few channels, as one matrix product with all cells of the kernel, each
 * cell's part of which is then added where it belongs. oneDNN fills the channels up to a vector's width and computes
 * those too: for the textbook's first convolution that was half of an ascent's step. `null` for any other operation.
 */
export function thinGradient(
  graph: GraphBuilder,
  prefix: string,
  { op, attributes, inputs, outputs }: TracedOperation,
  { forms, constants }: ThinGradientFacts,
  outputOf: (id: number) => Output,
): Output | null {
  if (op !== 'Conv2DBackpropInput') return null;
  const [sizes = -1, filter = -1, above = -1] = inputs;
  const [count = 0, height = 0, width = 0, channels = 0] = outputs[0]?.shape ?? [];
  const [rows = 0, columns = 0, , filters = 0] = forms.get(filter)?.shape ?? [];
  const [, aboveHeight = 0, aboveWidth = 0] = forms.get(above)?.shape ?? [];
  const plain = constants.has(sizes) && attributes.every(isPlain);
  const cells = rows * columns;
  if (!plain || channels > mostChannels || cells > mostCells || cells === 0) return null;
  const name = `${prefix}/thin_gradient`;
  const reshape = (from: Output, shape: readonly number[]): Output =>
    graph.add(
      name,
      'Reshape',
      { from: [from, graph.integers([shape.length], shape)] },
      { T: { type: float }, Tshape: { type: int32 } },
    );
  const products = graph.add(
    name,
    'MatMul',
    {
      from: [reshape(outputOf(above), [-1, filters]), reshape(outputOf(filter), [cells * channels, filters])],
    },
    { T: { type: float }, transpose_a: { b: false }, transpose_b: { b: true } },
  );
  const maps = reshape(products, [count, aboveHeight, aboveWidth, cells * channels]);
  // Rows and columns of padding that the convolution saw before the image's first.
  const before = [
    Math.max(0, Math.floor((aboveHeight + rows - 1 - height) / 2)),
    Math.max(0, Math.floor((aboveWidth + columns - 1 - width) / 2)),
  ] as const;
  const [wholeHeight, wholeWidth] = [aboveHeight + rows - 1, aboveWidth + columns - 1];
  const parts = Array.from({ length: cells }, (_, cell) => {
    const [row, column] = [Math.floor(cell / columns), cell % columns];
    const part = slice(graph, name, maps, [0, 0, 0, cell * channels], [-1, -1, -1, channels]);
    const pads = [0, 0, row, rows - 1 - row, column, columns - 1 - column, 0, 0];
    return graph.add(
      name,
      'Pad',
      { from: [part, graph.integers([4, 2], pads)] },
      { T: { type: float }, Tpaddings: { type: int32 } },
    );
  });
  const sum = graph.add(name, 'AddN', { from: parts }, { T: { type: float }, N: { i: cells } });
  return wholeHeight === height && wholeWidth === width
    ? sum
    : slice(graph, name, sum, [0, ...before, 0], [count, height, width, channels]);
}

function slice(
  graph: GraphBuilder,
  name: string,
  from: Output,
  begin: readonly number[],
  size: readonly number[],
): Output {
  const ends = [begin, size].map((values) => graph.integers([values.length], values));
  return graph.add(name, 'Slice', { from: [from, ...ends] }, { T: { type: float }, Index: { type: int32 } });
}

/** Whether the convolution takes every place once: no stride, no dilation, usual padding and layout. */
function isPlain({ name, value }: TracedOperation['attributes'][number]): boolean {
  switch (name) {
    case 'strides':
    case 'dilations':
      return Array.isArray(value) && value.every((each) => each === 1);
    case 'padding':
      return value === 'VALID' || value === 'SAME';
    case 'data_format':
      return value === 'NHWC';
    default:
      return true;
  }
}
