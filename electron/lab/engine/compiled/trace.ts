import type * as tf from '@tensorflow/tfjs';
import type { NativeAttribute, NativeBackend, NativeBinding, NativeData, NativeTensor } from '../native';

/** An operation that TensorFlow ran, with the ids of the tensors that it read and made. */
export interface TracedOperation {
  readonly op: string;
  readonly attributes: readonly NativeAttribute[];
  readonly inputs: readonly number[];
  readonly outputs: readonly NativeTensor[];
}

/** A tensor that came from JavaScript. */
export interface TracedConstant {
  readonly shape: readonly number[];
  readonly dtype: number;
  readonly data: NativeData;
}

export interface Trace<Result> {
  readonly result: Result;
  readonly operations: readonly TracedOperation[];
  /** Keyed by the tensors' ids. */
  readonly constants: ReadonlyMap<number, TracedConstant>;
}

/**
 * Runs a computation and records it. Every kernel of the native backend ends in `binding.executeOp` and every
 * upload in `binding.createTensor`; the binding itself is read-only, so that the backend is lent a recording copy
 * for one call. Ids are never used twice, even where tensors are released meanwhile.
 */
export function trace<Result>(backend: NativeBackend, compute: () => Result): Trace<Result> {
  const operations: TracedOperation[] = [];
  const constants = new Map<number, TracedConstant>();
  const binding = backend.binding;
  const recorder: NativeBinding = {
    ...copyOf(binding),
    executeOp: (op, attributes, inputs, outputCount) => {
      const outputs = binding.executeOp(op, attributes, inputs, outputCount);
      operations.push({ op, attributes, inputs: [...inputs], outputs });
      return outputs;
    },
    createTensor: (shape, dtype, data) => {
      const id = binding.createTensor(shape, dtype, data);
      constants.set(id, { shape: [...shape], dtype, data: data.slice() });
      return id;
    },
  };
  backend.binding = recorder;
  try {
    return { result: compute(), operations, constants };
  } finally {
    backend.binding = binding;
  }
}

/** A tensor's id in TensorFlow, where it is uploaded if it is not there yet. */
export function nativeId(backend: NativeBackend, tensor: tf.Tensor): number {
  const [id] = backend.getInputTensorIds([tensor]);
  if (id === undefined) throw new Error('The native backend gave no id for a tensor.');
  return id;
}

/** Its functions are not enumerable. */
function copyOf(binding: NativeBinding): NativeBinding {
  return Object.fromEntries(
    Object.getOwnPropertyNames(binding).map((name) => {
      const property: unknown = Reflect.get(binding, name);
      return [name, typeof property === 'function' ? (property.bind(binding) as unknown) : property];
    }),
  ) as unknown as NativeBinding;
}
