import * as tf from '@tensorflow/tfjs';

/** The attribute kinds of the binding; its own numbers are read from it, so that they stay TensorFlow's. */
export interface NativeAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** What the binding says of a tensor that TensorFlow made. */
export interface NativeTensor {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: number;
}

export type NativeData = Float32Array | Int32Array | Uint8Array;

/** The functions of tfjs-node's addon that Convscope calls itself (tfjs-node/src/tfjs_binding.ts). */
export interface NativeBinding {
  executeOp(
    op: string,
    attributes: readonly NativeAttribute[],
    inputs: readonly number[],
    outputCount: number,
  ): NativeTensor[];
  createTensor(shape: readonly number[], dtype: number, data: NativeData): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): NativeData;
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(session: number): void;
  /** Names are separated by commas; `name:1` is a node's second output. */
  runSavedModel(
    session: number,
    inputs: readonly number[],
    inputNames: string,
    outputNames: string,
  ): NativeTensor[];
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
}

/** The part of tfjs-node's backend that is used here (tfjs-node/src/nodejs_kernel_backend.ts). */
export interface NativeBackend {
  binding: NativeBinding;
  readonly tensorMap: { get(dataId: object): { readonly id: number } };
  /** The tensors' native ids; uploads those that are still in JavaScript. */
  getInputTensorIds(tensors: readonly tf.Tensor[]): number[];
  /** A tensor of tfjs for one that TensorFlow made, which it owns from now on. */
  createOutputTensor(made: NativeTensor): tf.Tensor;
  executeMultipleOutputs(
    op: string,
    attributes: readonly NativeAttribute[],
    inputs: readonly tf.Tensor[],
    outputCount: number,
  ): tf.Tensor[];
}

/** TensorFlow's numbers of the types used here (tensorflow/core/framework/types.proto). */
export const DataType = { float: 1, int32: 3, uint8: 4, bool: 10 } as const;

/** The native engine, if it is the one in use. */
export function nativeBackend(): NativeBackend | null {
  const backend: unknown = tf.backend();
  return isNative(backend) ? backend : null;
}

function isNative(backend: unknown): backend is NativeBackend {
  return (
    typeof backend === 'object' &&
    backend !== null &&
    'binding' in backend &&
    'executeMultipleOutputs' in backend
  );
}

/** Attributes in the binding's form. */
export function attributes(
  { binding }: NativeBackend,
  values: {
    readonly types?: Readonly<Record<string, number>>;
    readonly strings?: Readonly<Record<string, string>>;
    readonly floats?: Readonly<Record<string, number>>;
    readonly booleans?: Readonly<Record<string, boolean>>;
  },
): readonly NativeAttribute[] {
  const listed = (type: number, group: Readonly<Record<string, unknown>> = {}): NativeAttribute[] =>
    Object.entries(group).map(([name, value]) => ({ name, type, value }));
  return [
    ...listed(binding.TF_ATTR_TYPE, values.types),
    ...listed(binding.TF_ATTR_STRING, values.strings),
    ...listed(binding.TF_ATTR_FLOAT, values.floats),
    ...listed(binding.TF_ATTR_BOOL, values.booleans),
  ];
}
