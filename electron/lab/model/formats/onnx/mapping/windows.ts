import type { Attributes, OnnxNode, Shape } from '../graph';
import { Unmappable } from './mapper';

/** How a window slides over two directions. */
export interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly padding: Padding;
  /** Sizes of what it gives; `null` where unknown. */
  readonly gives: readonly [number | null, number | null];
}

/** Zeros around the map: none, those that TensorFlow adds for `same`, or a number a side. */
export type Padding =
  | { readonly kind: 'valid' }
  | { readonly kind: 'same' }
  | { readonly kind: 'explicit'; readonly rows: Sides; readonly columns: Sides };

type Sides = readonly [before: number, after: number];

/** Reads the attributes that convolutions and poolings share (onnx/docs/Operators.md, Conv and MaxPool). */
export function windowOf(
  node: OnnxNode,
  attributes: Attributes,
  shape: Shape,
  kernelOfWeights: readonly number[] | null,
): Window {
  const kernel = pair(attributes.integers('kernel_shape') ?? kernelOfWeights, 1);
  const strides = pair(attributes.integers('strides'), 1);
  const dilations = pair(attributes.integers('dilations'), 1);
  if (strides.some((stride) => stride > 1) && dilations.some((rate) => rate > 1)) {
    throw new Unmappable('has gaps in its window and steps over places, of which layers do one');
  }
  const sizes = [shape[2] ?? null, shape[3] ?? null] as const;
  const extents = kernel.map((size, axis) => (size - 1) * (dilations[axis] as number) + 1);
  const sides = [0, 1].map((axis) =>
    sidesOf(node, attributes, axis, sizes[axis] ?? null, strides[axis] as number, extents[axis] as number),
  );
  const [rows, columns] = sides as [Sides, Sides];
  const gives = [0, 1].map((axis) => {
    const [size, [before, after]] = [sizes[axis], sides[axis] as Sides];
    if (size === null || size === undefined) return null;
    return Math.floor((size + before + after - (extents[axis] as number)) / (strides[axis] as number)) + 1;
  });
  if (gives.some((size) => size !== null && size < 1))
    throw new Unmappable('has a window larger than its map');
  return {
    kernel,
    strides,
    dilations,
    padding: paddingOf(sides as [Sides, Sides], sizes, strides, extents) ?? {
      kind: 'explicit',
      rows,
      columns,
    },
    gives: gives as [number | null, number | null],
  };
}

function pair(values: readonly number[] | null, otherwise: number): readonly [number, number] {
  const [first = otherwise, second = otherwise] = values ?? [];
  const fits = values === null || values.length === 2;
  if (!fits || ![first, second].every((value) => Number.isInteger(value) && value >= 1 && value <= 65_536)) {
    throw new Unmappable('has a window that is not of two directions');
  }
  return [first, second];
}

function sidesOf(
  node: OnnxNode,
  attributes: Attributes,
  axis: number,
  size: number | null,
  stride: number,
  extent: number,
): Sides {
  switch (attributes.text('auto_pad', 'NOTSET')) {
    case 'VALID':
      return [0, 0];
    case 'SAME_UPPER':
      return same(size, stride, extent);
    case 'SAME_LOWER': {
      const [before, after] = same(size, stride, extent);
      return [after, before];
    }
    case 'NOTSET': {
      const pads = attributes.integers('pads') ?? [0, 0, 0, 0];
      const [before, after] = [pads[axis], pads[axis + 2]];
      if (pads.length !== 4 || before === undefined || after === undefined || before < 0 || after < 0) {
        throw new Unmappable(`has paddings (${pads.join(', ')}) that layers do not`);
      }
      return [before, after];
    }
    default:
      throw new Unmappable(`has an unknown way of padding (${node.op})`);
  }
}

/** What TensorFlow adds: as much as makes the result ceil(size / stride) large, the odd one behind. */
function same(size: number | null, stride: number, extent: number): Sides {
  if (size === null && stride !== 1) throw new Unmappable('pads maps of an unknown size');
  const total =
    size === null ? extent - 1 : Math.max(0, (Math.ceil(size / stride) - 1) * stride + extent - size);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** `null` where only explicit zeros do. */
function paddingOf(
  sides: readonly [Sides, Sides],
  sizes: readonly [number | null, number | null],
  strides: readonly [number, number],
  extents: readonly number[],
): Padding | null {
  if (sides.every(([before, after]) => before === 0 && after === 0)) return { kind: 'valid' };
  const likeSame = sides.every(([before, after], axis) => {
    const [size, stride] = [sizes[axis] ?? null, strides[axis] as number];
    if (size === null && stride !== 1) return false;
    const [wantedBefore, wantedAfter] = same(size, stride, extents[axis] as number);
    return before === wantedBefore && after === wantedAfter;
  });
  return likeSame ? { kind: 'same' } : null;
}
