/**
 * What a shell and its windows tell each other beside the lab's own messages: whether there is a lab, and what to
 * do about it. The browser shell sends these as JSON in the text frames of its socket, whose binary frames carry
 * the lab's messages; the desktop shell over a port of its own, which also brings a port to the lab.
 *
 * A window that hears `running` answers `open` and has a fresh channel to the lab from then on.
 */
import { z } from 'zod';

/** The process that owns TensorFlow, as its windows see it. */
export const labState = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('starting') }),
  z.strictObject({ kind: z.literal('running') }),
  /** Ended without being asked to, for the reason in this sentence. */
  z.strictObject({ kind: z.literal('gone'), reason: z.string() }),
]);
export type LabState = Readonly<z.infer<typeof labState>>;

export const fromShell = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('lab'), state: labState }),
  /** Answers `open` where a transferred port comes with it. */
  z.strictObject({ kind: z.literal('port') }),
  /** A person has named a model outside of the window: on the command line, or in a file manager. */
  z.strictObject({ kind: z.literal('openModel'), path: z.string() }),
]);
export type FromShell = Readonly<z.infer<typeof fromShell>>;

export const toShell = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('open') }),
  z.strictObject({ kind: z.literal('restart') }),
  /** Asks a person for a model; the answer is an `openModel`. */
  z.strictObject({ kind: z.literal('chooseModel'), what: z.enum(['file', 'folder']) }),
]);
export type ToShell = Readonly<z.infer<typeof toShell>>;
