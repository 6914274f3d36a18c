import type { GraphBuilder, Output } from './graph';
import { shapeMessage } from './saved-model';

/** A variable of the graph. Its handle is the node that others update it through. */
export interface GraphVariable {
  readonly handle: Output;
  readonly dtype: number;
  readonly shape: readonly number[];
  /** The placeholder that it is written from. */
  readonly value: Output;
  /** The node that writes it. */
  readonly write: Output;
  /** The node that reads it for JavaScript. */
  readonly read: Output;
}

interface Declaration {
  readonly name: string;
  readonly dtype: number;
  readonly shape: readonly number[];
  /**
   * Whether TensorFlow gets memory of its own. What steps update must have it: they write in place. Data is left
   * where it is, which spares a copy of the whole data set.
   */
  readonly copied: boolean;
}

export function addVariable(graph: GraphBuilder, { name, dtype, shape, copied }: Declaration): GraphVariable {
  const handle = addHandle(graph, { name, dtype, shape });
  const value = graph.placeholder(`${name}/value`, dtype, shape);
  const source = copied
    ? graph.add(`${name}/copy`, 'DeepCopy', { from: [value] }, { T: { type: dtype } })
    : value;
  const write = graph.add(
    `${name}/write`,
    'AssignVariableOp',
    { from: [handle, source] },
    { dtype: { type: dtype } },
  );
  return { handle, dtype, shape, value, write, read: readVariable(graph, `${name}/read`, { handle, dtype }) };
}

/** A variable that a kernel wants, though nobody needs what it keeps there. Returns its handle and what fills it. */
export function addScratch(
  graph: GraphBuilder,
  { name, dtype, shape }: Omit<Declaration, 'copied'>,
): { readonly handle: Output; readonly write: Output } {
  const handle = addHandle(graph, { name, dtype, shape });
  const zeros = graph.add(
    `${name}/zeros`,
    'Fill',
    { from: [graph.integers([shape.length], shape), graph.float(0)] },
    { T: { type: dtype } },
  );
  const write = graph.add(
    `${name}/write`,
    'AssignVariableOp',
    { from: [handle, zeros] },
    { dtype: { type: dtype } },
  );
  return { handle, write };
}

export function readVariable(
  graph: GraphBuilder,
  name: string,
  { handle, dtype }: Pick<GraphVariable, 'handle' | 'dtype'>,
): Output {
  return graph.add(name, 'ReadVariableOp', { from: [handle] }, { dtype: { type: dtype } });
}

/** An output that is ready when all these nodes have run. */
export function addBarrier(graph: GraphBuilder, name: string, after: readonly Output[]): Output {
  return graph.add(name, 'Identity', { from: [graph.float(1)], after }, { T: { type: 1 } });
}

function addHandle(graph: GraphBuilder, { name, dtype, shape }: Omit<Declaration, 'copied'>): Output {
  return graph.add(
    name,
    'VarHandleOp',
    {},
    { dtype: { type: dtype }, shape: { shape: shapeMessage(shape) }, shared_name: { s: Buffer.from(name) } },
  );
}
