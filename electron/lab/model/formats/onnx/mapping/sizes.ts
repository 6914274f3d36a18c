import { Attributes, type OnnxNode, type Shape } from '../graph';
import type { Constant } from '../tensors';
import { reordered } from './convolution';
import { product, Unmappable, type Mapper, type NodeMapper } from './mapper';

/** The sizes of a tensor, as exporters compute the shape that they then make of it. */
export const shapeOf: NodeMapper = (node, mapper) => {
  mapper.set(node.outputs[0] ?? '', { kind: 'sizes', values: mapper.tensor(node, 0).shape });
};

/** Whether a node computes on sizes or constants alone, so that it needs no layer. */
export function isFolded(node: OnnxNode, mapper: Mapper): boolean {
  const folding = foldings[node.op];
  if (folding === undefined || node.domain !== '') return false;
  const named = node.inputs.filter((name) => name !== '');
  return named.length > 0 && named.every((name) => mapper.has(name) && mapper.value(name).kind !== 'mapped');
}

export const fold: NodeMapper = (node, mapper, attributes) => {
  foldings[node.op]?.(node, mapper, attributes);
};

const foldings: Readonly<Record<string, NodeMapper>> = {
  Cast: same,
  Identity: same,
  Concat: (node, mapper) => {
    mapper.set(node.outputs[0] ?? '', {
      kind: 'sizes',
      values: node.inputs.flatMap((name) => sizesOf(mapper, name)),
    });
  },
  Gather: (node, mapper) => {
    const from = sizesOf(mapper, node.inputs[0] ?? '');
    const chosen = sizesOf(mapper, node.inputs[1] ?? '').map((index) => {
      const value = from.at(index ?? NaN);
      if (value === undefined || index === null) throw new Unmappable('takes a size that does not exist');
      return value;
    });
    mapper.set(node.outputs[0] ?? '', { kind: 'sizes', values: chosen });
  },
  Unsqueeze: shapedLike,
  Squeeze: shapedLike,
  Reshape: shapedLike,
  Flatten: shapedLike,
  Transpose: (node, mapper, attributes) => {
    const constant = mapper.constant(node, 0);
    if (constant === null) throw new Unmappable('turns nothing');
    const order = attributes.integers('perm') ?? constant.shape.map((_, axis) => axis).reverse();
    const { shape, read } = reordered(constant, order);
    if (shape.some((size) => size === undefined)) throw new Unmappable('turns axes that its input has not');
    mapper.set(node.outputs[0] ?? '', { kind: 'constant', constant: { ...constant, shape, values: read() } });
  },
};

function same(node: OnnxNode, mapper: Mapper): void {
  mapper.set(node.outputs[0] ?? '', mapper.value(node.inputs[0] ?? ''));
}

/** Changes of a shape leave sizes as they are; constants get the shape that is written. */
function shapedLike(node: OnnxNode, mapper: Mapper): void {
  const value = mapper.value(node.inputs[0] ?? '');
  if (value.kind !== 'constant' || value.constant.whole) return same(node, mapper);
  mapper.set(node.outputs[0] ?? '', {
    kind: 'constant',
    constant: { ...value.constant, shape: newShape(node, mapper, value.constant) },
  });
}

function newShape(node: OnnxNode, mapper: Mapper, { shape, values }: Constant): readonly number[] {
  const written = new Attributes(node).integers(node.op === 'Reshape' ? 'shape' : 'axes');
  const given = written ?? [...(mapper.constant(node, 1)?.values ?? [])];
  const target = targetShape(node.op, shape, given);
  const known = product(target.filter((size) => size !== -1));
  const filled = target.map((size) => (size === -1 ? values.length / known : size));
  if (product(filled) !== values.length)
    throw new Unmappable('gives a constant a shape that it does not fill');
  return filled;
}

/** @param given the shape of Reshape, the axes of all others */
function targetShape(op: string, shape: readonly number[], given: readonly number[]): readonly number[] {
  switch (op) {
    case 'Reshape':
      return given.map((size, axis) => (size === 0 ? (shape[axis] ?? 0) : size));
    case 'Unsqueeze': {
      const rank = shape.length + given.length;
      const axes = given.map((axis) => (axis < 0 ? axis + rank : axis));
      const left = [...shape];
      return Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (left.shift() ?? 0)));
    }
    case 'Squeeze': {
      const axes = given.map((axis) => (axis < 0 ? axis + shape.length : axis));
      return shape.filter((size, axis) => (given.length === 0 ? size !== 1 : !axes.includes(axis)));
    }
    default:
      throw new Unmappable('shapes a constant while it runs');
  }
}

function sizesOf(mapper: Mapper, name: string): Shape {
  const value = mapper.value(name);
  if (value.kind === 'sizes') return value.values;
  if (value.kind === 'constant' && value.constant.values.length <= 64) return [...value.constant.values];
  throw new Unmappable('computes with values that are not sizes');
}
