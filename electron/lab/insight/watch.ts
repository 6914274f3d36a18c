import { setImmediate as turn } from 'node:timers/promises';
import { Refusal } from '#shared/errors';
import { cancelledInsight } from '#shared/insight';

/** Who follows a long piece of work and may end it. */
export interface InsightWatch {
  readonly signal: AbortSignal;
  /** @param fraction 0 to 1 */
  report(label: string, fraction: number): void;
}

/** For work that nobody follows. */
export const unwatched: InsightWatch = { signal: new AbortController().signal, report: () => undefined };

/** Lets everything else that waits have its turn. Throws a `Refusal` once the work was cancelled. */
export async function yieldTo({ signal }: InsightWatch): Promise<void> {
  await turn();
  if (signal.aborted) throw new Refusal(cancelledInsight, { cause: signal.reason });
}
