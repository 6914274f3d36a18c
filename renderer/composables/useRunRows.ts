import { computed, type ComputedRef } from 'vue';
import type { EpochMetrics, RunListing, RunResult } from '#shared/api';
import { useMetricsStore } from '../stores/metrics';
import { useRunsStore } from '../stores/runs';
import { useSessionStore } from '../stores/session';

export type RunState = RunResult['ended'] | 'not ended' | 'training' | 'paused' | 'evaluating';

/** A kept run as the table lists it. */
export interface RunRow {
  readonly listing: RunListing;
  readonly state: RunState;
  /** Epochs trained to their end, of so many. */
  readonly epochs: number;
  readonly total: number;
  readonly last: EpochMetrics | null;
  /** Whether this is the run in focus. */
  readonly onBench: boolean;
}

/** The kept runs, newest first. The one under way is as far as this window knows it, which is further than its listing. */
export function useRunRows(): ComputedRef<readonly RunRow[]> {
  const kept = useRunsStore();
  const session = useSessionStore();
  const metrics = useMetricsStore();

  function rowOf(listing: RunListing): RunRow {
    const current = session.session;
    const onBench = session.run?.folder === listing.folder;
    const total = listing.recipe.training.epochs;
    const listed = { listing, total, epochs: listing.epochs, last: listing.lastEpoch, onBench };
    if (!onBench) return { ...listed, state: listing.result?.ended ?? 'not ended' };
    const known = {
      ...listed,
      total: 'recipe' in current ? current.recipe.training.epochs : total,
      epochs: metrics.epochs.length,
      last: metrics.epochs.at(-1) ?? null,
    };
    switch (current.phase) {
      case 'training':
      case 'paused':
      case 'evaluating':
        return { ...known, state: current.phase };
      case 'finished':
        return { ...known, state: current.result?.ended ?? 'not ended' };
      default:
        return { ...listed, state: listing.result?.ended ?? 'not ended' };
    }
  }

  return computed(() => (kept.runs ?? []).map(rowOf));
}
