import { Refusal } from '#shared/errors';
import type { SavedFile } from '#shared/saving';
import type { SavedLayer } from './saved-network';

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
