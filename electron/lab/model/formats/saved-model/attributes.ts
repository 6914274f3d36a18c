import { messageWriter } from '../protobuf';
import { readAttribute, type AttributeMessage, type Attributes } from './messages';
import type { SavedTensor } from './checkpoint';

/** Attributes as they are written, so that they pass through unchanged. */
const writeAttribute = messageWriter(
  `message Dim { int64 size = 1; }
  message TensorShape { repeated Dim dim = 2; bool unknown_rank = 3; }
  message Tensor { int32 dtype = 1; TensorShape tensor_shape = 2; bytes tensor_content = 4; }
  message Attribute { oneof value { int32 type = 6; TensorShape shape = 7; Tensor tensor = 8; } }`,
  'Attribute',
);

function typeAttribute(dtype: number): Uint8Array {
  return writeAttribute({ type: dtype });
}

/** @param shape `null` is an unknown rank, -1 an unknown size */
export function placeholderAttributes(dtype: number, shape: readonly number[] | null): Attributes {
  const known = shape === null ? { unknown_rank: true } : shapeMessage(shape);
  return { dtype: typeAttribute(dtype), shape: writeAttribute({ shape: known }) };
}

export function castAttributes(from: number, to: number): Attributes {
  return { SrcT: typeAttribute(from), DstT: typeAttribute(to) };
}

export function constantAttributes({ dtype, shape, bytes }: SavedTensor): Attributes {
  const tensor = { dtype, tensor_shape: shapeMessage(shape), tensor_content: bytes };
  return { dtype: typeAttribute(dtype), value: writeAttribute({ tensor }) };
}

export function attributeOf(attributes: Attributes, name: string, place: string): AttributeMessage | null {
  const written = attributes[name];
  return written === undefined ? null : readAttribute(written, place);
}

function shapeMessage(shape: readonly number[]): object {
  return { dim: shape.map((size) => ({ size })) };
}
