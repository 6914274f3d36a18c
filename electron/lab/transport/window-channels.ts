import { CarriedChannel } from '#shared/carried-channel';
import type { Channel } from '#shared/channel';
import { withExactViews } from '#shared/exact-views';
import { packed } from '#shared/packing';
import type { FromLabProcess, ToLabProcess } from '#shared/process-messages';
import type { Port } from './parent';

/** A channel over a port that the desktop shell handed over. */
export function portChannel(port: Port): Channel {
  const channel = new CarriedChannel<unknown>({
    send: (message) => {
      port.postMessage(withExactViews(message));
    },
    close: () => {
      port.close();
    },
  });
  port.on('message', ({ data }) => {
    channel.arrived(data);
  });
  port.on('close', () => {
    channel.ended(null);
  });
  return channel;
}

/** The windows whose packed bytes share the process's IPC, by their numbers. */
export class WindowChannels {
  readonly #windows = new Map<number, CarriedChannel<Uint8Array>>();
  readonly #post: (message: FromLabProcess) => void;

  constructor(post: (message: FromLabProcess) => void) {
    this.#post = post;
  }

  open(window: number): Channel {
    const bytes = new CarriedChannel<Uint8Array>({
      send: (message) => {
        this.#post({ kind: 'bytes', window, bytes: message });
      },
      close: () => {
        this.#windows.delete(window);
        this.#post({ kind: 'close', window });
      },
    });
    this.#windows.set(window, bytes);
    return packed(bytes);
  }

  /** Bytes and closings of a window that this side has closed already are late, not wrong. */
  take(message: Extract<ToLabProcess, { kind: 'bytes' | 'close' }>): void {
    const channel = this.#windows.get(message.window);
    if (message.kind === 'bytes') {
      channel?.arrived(message.bytes);
      return;
    }
    this.#windows.delete(message.window);
    channel?.ended(null);
  }
}
