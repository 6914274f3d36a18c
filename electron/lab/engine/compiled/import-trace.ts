import type { NativeBinding } from '../native';
import type { GraphBuilder, Output } from './graph';
import { rewritten, type TensorFacts, type TensorForm } from './rewrites';
import type { Trace, TracedOperation } from './trace';

/** A computation that no graph can repeat. */
export class CannotCompile extends Error {
  override readonly name = 'CannotCompile';
}

/** Adds other nodes for an operation of one output; `null` where it is to be added as it was traced. */
export type Instead = (
  operation: TracedOperation,
  facts: Pick<TensorFacts, 'forms' | 'constants'>,
  outputOf: (id: number) => Output,
) => Output | null;

/**
 * Adds a traced computation to a graph and returns how to name its tensors there. `known` says which outputs stand
 * for the tensors that the trace was given; any other tensor from before the trace would freeze a value that
 * changes, so it is refused with `CannotCompile`. `instead` may compute some operations in another way.
 */
export function importTrace(
  graph: GraphBuilder,
  binding: NativeBinding,
  prefix: string,
  { operations, constants }: Pick<Trace<unknown>, 'operations' | 'constants'>,
  known: ReadonlyMap<number, TensorForm & { readonly output: Output }>,
  instead?: Instead,
): (id: number) => Output {
  const outputs = new Map<number, Output>();
  const forms = new Map<number, TensorForm>(constants);
  for (const [id, given] of known) {
    outputs.set(id, given.output);
    forms.set(id, given);
  }
  for (const { outputs: made } of operations) {
    for (const tensor of made) forms.set(tensor.id, tensor);
  }

  const outputOf = (id: number): Output => {
    const output = outputs.get(id);
    if (output !== undefined) return output;
    const constant = constants.get(id);
    if (constant === undefined) throw new CannotCompile('it uses a tensor that is not part of it');
    const added = graph.constant(constant.dtype, constant.shape, constant.data);
    outputs.set(id, added);
    return added;
  };

  for (const operation of operations) {
    const special = instead?.(operation, { forms, constants }, outputOf) ?? null;
    const made = operation.outputs[0];
    if (special !== null && made !== undefined) {
      outputs.set(made.id, special);
      continue;
    }
    const { op, attributes, inputs } = rewritten(operation, { binding, forms, constants });
    const name = graph.addTraced(`${prefix}/${op}`, op, inputs.map(outputOf), attributes);
    operation.outputs.forEach(({ id }, index) => outputs.set(id, index === 0 ? name : `${name}:${index}`));
  }
  return outputOf;
}
