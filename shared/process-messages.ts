/**
 * What the lab's process and the one that started it tell each other. Windows are numbered: in the desktop shell
 * each comes with a MessagePort of its own, under the other shells their packed bytes share the process's IPC.
 */
import type { Problem } from './errors';

export type ToLabProcess =
  /** With a transferred port in the desktop shell; without one, `bytes` follow. */
  | { readonly kind: 'open'; readonly window: number }
  | { readonly kind: 'bytes'; readonly window: number; readonly bytes: Uint8Array }
  | { readonly kind: 'close'; readonly window: number }
  /** Ends the run in progress, if any, so that its folder is whole, and exits. */
  | { readonly kind: 'quit' };

export type FromLabProcess =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'bytes'; readonly window: number; readonly bytes: Uint8Array }
  | { readonly kind: 'close'; readonly window: number };
