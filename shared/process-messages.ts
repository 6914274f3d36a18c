/**
 * What the lab's process and the one that started it tell each other. Windows are numbered: in the desktop shell
 * each comes with a MessagePort of its own, under the other shells their packed bytes share the process's IPC.
 */
import { z } from 'zod';

const window = z.number().int().min(0);
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const problem = z.object({
  kind: z.enum(['refusal', 'fault']),
  message: z.string(),
  detail: z.string().nullable(),
});

export const toLabProcess = z.discriminatedUnion('kind', [
  /** With a transferred port in the desktop shell; without one, `bytes` follow. */
  z.object({ kind: z.literal('open'), window }),
  z.object({ kind: z.literal('bytes'), window, bytes }),
  z.object({ kind: z.literal('close'), window }),
  /** Ends the run in progress, if any, so that its folder is whole, and exits. */
  z.object({ kind: z.literal('quit') }),
]);
export type ToLabProcess = Readonly<z.infer<typeof toLabProcess>>;

export const fromLabProcess = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  /** The lab cannot start or go on; the process exits. */
  z.object({ kind: z.literal('failed'), problem }),
  /** Something for the log; the process goes on. */
  z.object({ kind: z.literal('log'), problem }),
  z.object({ kind: z.literal('bytes'), window, bytes }),
  z.object({ kind: z.literal('close'), window }),
]);
export type FromLabProcess = Readonly<z.infer<typeof fromLabProcess>>;
