import { Refusal } from '#shared/errors';
import type { SavedLayer } from './saved-network';

/** One of the files that a model is saved as. */
export interface SavedFile {
  /** Relative to the model's folder, with `/`; the only file of a model that is a single one stands by its name. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export function textFile(path: string, text: string): SavedFile {
  return { path, bytes: new TextEncoder().encode(text) };
}

/**
 * A layer that a format has no place for.
 * @param format for people: `ONNX`
 * @param why completes 'cannot hold the layer x, ...'
 */
export function cannotHold(format: string, { name }: SavedLayer, why: string): Refusal {
  return new Refusal(`${format} cannot hold the layer ${name}, ${why}; save the network in another format.`);
}
