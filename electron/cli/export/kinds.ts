/** What each kind of export is told by, and the work that its options ask for; one file a kind. */
import type { ExportKind } from '#shared/export';
import { Refusal } from '#shared/errors';
import { evidence } from './evidence';
import { evolution } from './evolution';
import { kernels } from './kernels';
import { maps } from './maps';
import { patterns } from './patterns';
import { report } from './report';

/** Options that only some kinds take; absent where they were not given. */
export interface WorkOptions {
  readonly layer?: string;
  readonly channel?: readonly number[];
  readonly image?: string;
  readonly class?: number;
  readonly method?: readonly string[];
  readonly what?: string;
  readonly view?: string;
  readonly order?: string;
  readonly objective?: string;
  readonly steps?: number;
  readonly seed?: number;
  readonly most?: number;
}

export interface KindOfExport {
  readonly takes: readonly (keyof WorkOptions)[];
  /** The work as `shared/export.ts` describes it, which is checked there. */
  work(options: WorkOptions): unknown;
}

export const kinds: Readonly<Record<ExportKind, KindOfExport>> = {
  kernels,
  patterns,
  maps,
  evidence,
  evolution,
  report,
};

/** The work that the options ask for. Throws a `Refusal` for an option that has no meaning for the kind. */
export function workOf(kind: ExportKind, options: WorkOptions): unknown {
  const { takes, work } = kinds[kind];
  const given = (Object.keys(options) as (keyof WorkOptions)[]).filter((name) => options[name] !== undefined);
  const odd = given.find((name) => !takes.includes(name));
  if (odd !== undefined) {
    const own = takes.map((name) => `--${name}`).join(', ');
    throw new Refusal(
      `--${odd} says nothing about ${kind}; ${own === '' ? 'leave it out' : `it takes ${own}`}.`,
    );
  }
  return work(options);
}
