import { Packr } from 'msgpackr/index-no-eval';

/**
 * Messages as bytes for carriers that know only bytes (WebSockets, the IPC of a forked process): MessagePack with
 * typed arrays. The build without `eval` is used because the window's content security policy forbids it.
 */
const packr = new Packr({ moreTypes: true, structuredClone: false, useRecords: false });

export function pack(message: unknown): Uint8Array {
  return packr.pack(message);
}

/** Throws on bytes that are not MessagePack. */
export function unpack(bytes: Uint8Array): unknown {
  return packr.unpack(bytes);
}
