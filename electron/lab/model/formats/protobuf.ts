/** Protocol buffers that strangers wrote (protobuf.dev/programming-guides/encoding). */
import protobuf from 'protobufjs';
import { Refusal } from '#shared/errors';

/** An int64 as it is decoded. */
export type Int64 = number | { readonly low: number; readonly high: number };

/**
 * Fields in one message, nested ones included. A field may be two bytes in the file and two hundred in memory, so a
 * file is counted before it is decoded. The largest graphs in use have some hundred thousand.
 */
const maxFields = 2_000_000;
const maxDepth = 100;

/** Decodes messages of one type; throws a `Refusal` that says how the file is called and where it is damaged. */
export type MessageReader<Message> = (bytes: Uint8Array, file: string) => Message;

/**
 * Compiles a message definition; fields that it leaves out are passed over. `Message` must say what the definition
 * says: absent messages are null, absent scalars zero or empty, absent lists empty.
 */
export function messageReader<Message>(definition: string, name: string): MessageReader<Message> {
  const type = messageType(definition, name);
  return (bytes, file) => {
    const reader = readerOf(bytes);
    try {
      countFields((id) => type.fieldsById[id], reader, reader.len, 0, { left: maxFields });
      reader.pos = 0;
      return type.decode(reader) as unknown as Message;
    } catch (cause) {
      if (cause instanceof TooManyFields) {
        throw new Refusal(`${file} is refused: it holds more than ${maxFields} fields.`, { cause });
      }
      throw new Refusal(`${file} is damaged: near byte ${reader.pos} it is no message of type ${name}.`, {
        cause,
      });
    }
  };
}

/** Compiles a message definition for writing. */
export function messageWriter(definition: string, name: string): (message: object) => Uint8Array {
  const type = messageType(definition, name);
  return (message) => type.encode(type.fromObject(message)).finish();
}

/** Exact up to 2^53. */
export function integer(value: Int64): number {
  return typeof value === 'number' ? value : value.high * 2 ** 32 + (value.low >>> 0);
}

/** Packed varints, which are read as bytes so that their number can be checked first. */
export function packedIntegers(bytes: Uint8Array): number[] {
  const reader = readerOf(bytes);
  const values: number[] = [];
  while (reader.pos < reader.len) values.push(integer(reader.int64()));
  return values;
}

class TooManyFields extends Error {}

function messageType(definition: string, name: string): protobuf.Type {
  const { root } = protobuf.parse(`syntax = "proto3"; ${definition}`, { keepCase: true });
  const type = root.resolveAll().lookupType(name);
  for (const inner of root.nestedArray) if (inner instanceof protobuf.Type) emptyBytes(inner);
  return type;
}

/** Makes absent bytes an empty Uint8Array; the library's own default is an empty list. */
function emptyBytes(type: protobuf.Type): void {
  const defaults: unknown = type.ctor.prototype;
  for (const field of type.fieldsArray) {
    if (field.type !== 'bytes' || field.repeated || field.map) continue;
    Reflect.set(defaults as object, field.name, new Uint8Array(0));
  }
}

function readerOf(bytes: Uint8Array): protobuf.Reader {
  return protobuf.Reader.create(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

/** What a field number stands for in a message; of a map's entries only the value, number 2, has a type. */
type FieldsById = (id: number) => protobuf.Field | undefined;

function countFields(
  fieldsById: FieldsById,
  reader: protobuf.Reader,
  end: number,
  depth: number,
  budget: { left: number },
): void {
  if (depth > maxDepth) throw new RangeError('nested too deeply');
  if (end > reader.len) throw new RangeError('a message is longer than what holds it');
  while (reader.pos < end) {
    const tag = reader.uint32();
    const field = fieldsById(tag >>> 3);
    const wireType = tag & 7;
    const length = wireType === 2 ? reader.uint32() : null;
    // Every byte of a packed list may be a number.
    budget.left -= length !== null && isPacked(field) ? length : 1;
    if (budget.left < 0) throw new TooManyFields();
    const inside = field === undefined ? null : fieldsInside(field, fieldsById);
    if (length === null) reader.skipType(wireType);
    else if (inside === null) reader.skip(length);
    else countFields(inside, reader, reader.pos + length, depth + 1, budget);
  }
}

function fieldsInside(field: protobuf.Field, surrounding: FieldsById): FieldsById | null {
  const type = field.resolvedType;
  if (!(type instanceof protobuf.Type)) return null;
  // A map is a list of entries; inside of one its own field stands for the value.
  if (field instanceof protobuf.MapField && surrounding(2) !== field)
    return (id) => (id === 2 ? field : undefined);
  return (id) => type.fieldsById[id];
}

function isPacked(field: protobuf.Field | undefined): boolean {
  return field !== undefined && field.repeated && field.type in protobuf.types.packed;
}
