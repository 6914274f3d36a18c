import type { Channel } from './channel';
import { Listeners } from './listeners';

/** What a carrier must do for a channel. */
export interface Carrier<Message> {
  send(message: Message): void;
  /** Tells the other side and lets go of the carrier. Called once, and only if this side closes. */
  close(): void;
}

/**
 * The bookkeeping that channels have in common. Whoever reads from the carrier calls `arrived` for each message
 * and `ended` when the carrier is gone.
 */
export class CarriedChannel<Message> implements Channel<Message> {
  readonly #carrier: Carrier<Message>;
  readonly #messages = new Listeners<Message>();
  readonly #closes = new Listeners<string | null>();
  #closed: { readonly reason: string | null } | null = null;

  constructor(carrier: Carrier<Message>) {
    this.#carrier = carrier;
  }

  post(message: Message): void {
    if (this.#closed === null) this.#carrier.send(message);
  }

  onMessage(listener: (message: Message) => void): () => void {
    return this.#messages.add(listener);
  }

  onClose(listener: (reason: string | null) => void): () => void {
    if (this.#closed === null) return this.#closes.add(listener);
    listener(this.#closed.reason);
    return () => undefined;
  }

  close(reason: string | null = null): void {
    if (this.#closed !== null) return;
    // First, as a carrier may report its own end without the reason.
    this.ended(reason);
    this.#carrier.close();
  }

  arrived(message: Message): void {
    if (this.#closed === null) this.#messages.notify(message);
  }

  ended(reason: string | null): void {
    if (this.#closed !== null) return;
    this.#closed = { reason };
    this.#messages.clear();
    this.#closes.notify(reason);
    this.#closes.clear();
  }
}
