import { Packr } from 'msgpackr/index-no-eval';
import { CarriedChannel } from './carried-channel';
import type { Channel } from './channel';

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

/** A channel of messages over one of bytes. Bytes that are not MessagePack close it: nothing after them is sure. */
export function packed(carrier: Channel<Uint8Array>): Channel {
  const channel = new CarriedChannel<unknown>({
    send: (message) => {
      carrier.post(pack(message));
    },
    close: () => {
      carrier.close();
    },
  });
  carrier.onMessage((bytes) => {
    let message: unknown;
    try {
      message = unpack(bytes);
    } catch (error) {
      channel.close(`The other side sent bytes that are not a message (${String(error)}).`);
      return;
    }
    channel.arrived(message);
  });
  carrier.onClose((reason) => {
    channel.ended(reason);
  });
  return channel;
}
