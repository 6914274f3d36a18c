/** The few nodes of a step that no trace brings: they stand between what it is fed and the network. */
import { DataType } from '../native';
import type { GraphBuilder, Output } from './graph';
import type { GraphVariable } from './variables';

const { float, int32, uint8 } = DataType;

/** The rows of a variable with these indices. */
export function addGather(
  graph: GraphBuilder,
  name: string,
  { handle, dtype }: Pick<GraphVariable, 'handle' | 'dtype'>,
  indices: Output,
): Output {
  const types = { dtype: { type: dtype }, Tindices: { type: int32 } };
  return graph.add(name, 'ResourceGather', { from: [handle, indices] }, types);
}

/** uint8 pixels as float32 in [0, 1]. */
export function addScaled(graph: GraphBuilder, name: string, pixels: Output): Output {
  const types = { SrcT: { type: uint8 }, DstT: { type: float } };
  const numbers = graph.add(`${name}/numbers`, 'Cast', { from: [pixels] }, types);
  return graph.add(name, 'RealDiv', { from: [numbers, graph.float(255)] }, { T: { type: float } });
}

export function addOneHot(graph: GraphBuilder, name: string, indices: Output, classes: number): Output {
  const from = [indices, graph.integers([], [classes]), graph.float(1), graph.float(0)];
  return graph.add(name, 'OneHot', { from }, { T: { type: float }, TI: { type: int32 }, axis: { i: -1 } });
}

/** An int32 as float32. */
export function addFloat(graph: GraphBuilder, name: string, integer: Output): Output {
  return graph.add(name, 'Cast', { from: [integer] }, { SrcT: { type: int32 }, DstT: { type: float } });
}

/** The sum of a vector, each element times its weight. */
export function addWeightedSum(graph: GraphBuilder, name: string, values: Output, weights: Output): Output {
  const weighted = graph.add(`${name}/weighted`, 'Mul', { from: [values, weights] }, { T: { type: float } });
  const from = [weighted, graph.integers([1], [0])];
  return graph.add(name, 'Sum', { from }, { T: { type: float }, Tidx: { type: int32 } });
}

/** Scalars as one vector, so that one tensor leaves the graph. */
export function addPacked(
  graph: GraphBuilder,
  name: string,
  scalars: readonly Output[],
  after: readonly Output[] = [],
): Output {
  const form = { T: { type: float }, N: { i: scalars.length }, axis: { i: 0 } };
  return graph.add(name, 'Pack', { from: scalars, after }, form);
}

/** Tensors of any shapes as one vector, one after another. */
export function addConcatenated(graph: GraphBuilder, name: string, tensors: readonly Output[]): Output {
  const flat = tensors.map((tensor) =>
    graph.add(
      `${name}/flat`,
      'Reshape',
      { from: [tensor, graph.integers([1], [-1])] },
      { T: { type: float } },
    ),
  );
  const form = { T: { type: float }, N: { i: flat.length } };
  return graph.add(name, 'ConcatV2', { from: [...flat, graph.integers([], [0])] }, form);
}
