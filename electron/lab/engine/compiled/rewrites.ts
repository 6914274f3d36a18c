import { DataType, type NativeAttribute, type NativeBinding } from '../native';
import type { TracedConstant, TracedOperation } from './trace';

export interface TensorForm {
  readonly shape: readonly number[];
  readonly dtype: number;
}

/** What is known of the tensors of a trace, by id. */
export interface TensorFacts {
  readonly binding: NativeBinding;
  readonly forms: ReadonlyMap<number, TensorForm>;
  readonly constants: ReadonlyMap<number, TracedConstant>;
}

type Node = Pick<TracedOperation, 'op' | 'attributes' | 'inputs'>;

/**
 * The operation, or one that computes the same with a kernel made for the purpose: adding a vector to feature maps
 * is BiasAdd (which TensorFlow fuses with the convolution before and the relu after), and summing all but the
 * channels is BiasAddGrad.
 */
export function rewritten(operation: TracedOperation, facts: TensorFacts): Node {
  switch (operation.op) {
    case 'Add':
    case 'AddV2':
      return biasAdd(operation, facts);
    case 'Sum':
      return biasAddGradient(operation, facts);
    case 'ExpandDims':
      return typed(operation, facts);
    default:
      return operation;
  }
}

/** Run by itself, TensorFlow finds the type out where TensorFlow.js leaves it out; in a graph it must be given. */
function typed(operation: TracedOperation, { binding, forms }: TensorFacts): Node {
  const [input, dimension] = operation.inputs;
  const type = (name: string, id: number | undefined): NativeAttribute => ({
    name,
    type: binding.TF_ATTR_TYPE,
    value: forms.get(id ?? -1)?.dtype ?? DataType.float,
  });
  return { ...operation, attributes: [type('T', input), type('Tdim', dimension)] };
}

function biasAdd(operation: TracedOperation, { forms }: TensorFacts): Node {
  const [maps, bias] = operation.inputs;
  const mapsShape = forms.get(maps ?? -1)?.shape;
  const biasShape = forms.get(bias ?? -1)?.shape;
  const fits =
    mapsShape !== undefined &&
    mapsShape.length > 1 &&
    biasShape?.length === 1 &&
    biasShape[0] === mapsShape.at(-1);
  return fits ? { op: 'BiasAdd', inputs: operation.inputs, attributes: typeOnly(operation) } : operation;
}

function biasAddGradient(operation: TracedOperation, { forms, constants }: TensorFacts): Node {
  const [maps, axes] = operation.inputs;
  const rank = forms.get(maps ?? -1)?.shape.length ?? 0;
  const summed = constants.get(axes ?? -1)?.data ?? [];
  const keepsRank = operation.attributes.some(({ name, value }) => name === 'keep_dims' && value === true);
  const allButLast = rank > 1 && summed.length === rank - 1 && summed.every((axis, index) => axis === index);
  return allButLast && !keepsRank && maps !== undefined
    ? { op: 'BiasAddGrad', inputs: [maps], attributes: typeOnly(operation) }
    : operation;
}

function typeOnly({ attributes }: TracedOperation): TracedOperation['attributes'] {
  return attributes.filter(({ name }) => name === 'T');
}
