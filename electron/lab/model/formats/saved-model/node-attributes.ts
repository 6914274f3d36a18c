import type { LayerAttribute } from '#shared/models';
import { boundedAttributes, listText, singlePrecision } from '../../attribute-text';
import { integer, messageReader, type Int64 } from '../protobuf';
import type { Attributes } from './messages';

/** Of an attribute's kinds those that are shown to people. */
interface ShownAttribute {
  /** Which of the others is set. */
  readonly value?: string;
  readonly s: Uint8Array;
  readonly i: Int64;
  readonly f: number;
  readonly b: boolean;
  readonly list: {
    readonly s: readonly Uint8Array[];
    readonly i: readonly Int64[];
    readonly f: readonly number[];
  } | null;
}

const readShown = messageReader<ShownAttribute>(
  `message List { repeated bytes s = 2; repeated int64 i = 3; repeated float f = 4; }
  message Attribute { oneof value { List list = 1; bytes s = 2; int64 i = 3; float f = 4; bool b = 5; } }`,
  'Attribute',
);

/** What a node's attributes say, as the file calls them. Element types, tensors and functions are left out. */
export function nodeAttributes(attributes: Attributes, place: string): readonly LayerAttribute[] {
  const told = Object.entries(attributes).flatMap(([name, written]): readonly LayerAttribute[] => {
    // What a node of TensorFlow holds in itself is a tensor.
    const value = written.length > mostBytes ? null : valueOf(readShown(written, place));
    return value === null ? [] : [{ name, value }];
  });
  return boundedAttributes(told);
}

const mostBytes = 4096;

function valueOf({ value: kind, s, i, f, b, list }: ShownAttribute): string | number | null {
  switch (kind) {
    case 's':
      return s.length === 0 ? null : textOf(s);
    case 'i':
      return integer(i);
    case 'f':
      return singlePrecision(f);
    case 'b':
      return b ? 'yes' : 'no';
    case 'list': {
      const values = [
        ...(list?.s ?? []).map(textOf),
        ...(list?.i ?? []).map(integer),
        ...(list?.f ?? []).map(singlePrecision),
      ];
      return values.length === 0 ? null : listText(values, ', ');
    }
    default:
      return null;
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
