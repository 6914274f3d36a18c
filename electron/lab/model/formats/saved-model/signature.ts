import { Refusal } from '#shared/errors';
import { integer } from '../protobuf';
import { readSignature, type MetaGraphMessage, type TensorInfo, type TensorShape } from './messages';

/** What a graph is called with and gives, by the names that its makers chose. */
export interface Signature {
  readonly name: string;
  readonly inputs: ReadonlyMap<string, TensorInfo>;
  readonly outputs: ReadonlyMap<string, TensorInfo>;
}

const usual = ['serving_default', 'predict', 'serve'];

/** The signature that servers would use, else the first that takes and gives something. */
export function servingSignature({ signature_def: written }: MetaGraphMessage, place: string): Signature {
  const names = Object.keys(written);
  const ordered = [...usual.filter((name) => names.includes(name)), ...names.sort()];
  for (const name of ordered) {
    const { inputs, outputs } = readSignature(
      written[name] as Uint8Array,
      `${place}, in the signature ${name}`,
    );
    const signature = {
      name,
      inputs: new Map(Object.entries(inputs)),
      outputs: new Map(Object.entries(outputs)),
    };
    if (signature.inputs.size > 0 && signature.outputs.size > 0) return signature;
  }
  throw new Refusal(`${place}: it has no signature that says what its inputs and outputs are.`);
}

/** -1 is an unknown size; `null` is an unknown rank. */
export function sizesOf(shape: TensorShape | null): readonly number[] | null {
  if (shape === null || shape.unknown_rank) return null;
  return shape.dim.map(({ size }) => Math.max(-1, integer(size)));
}
