import type { EpochMetrics } from '#shared/api';
import type { EarlyStoppingSpec } from '#shared/spec';
import type { TrainingPosition } from '../runs/position';

type EarlyStoppingState = TrainingPosition['earlyStopping'];

/** What an epoch does to the patience of early stopping (keras.callbacks.EarlyStopping). */
export function earlyStoppingAfter(
  spec: EarlyStoppingSpec,
  state: EarlyStoppingState,
  metrics: EpochMetrics,
  step: number,
): { readonly state: EarlyStoppingState; readonly stop: boolean } {
  const value = monitored(spec, metrics);
  if (value === null || Number.isNaN(value)) return { state, stop: false };
  // Accuracies are to rise, losses to fall.
  const sign = spec.monitor === 'accuracy' || spec.monitor === 'validationAccuracy' ? 1 : -1;
  const improved = state.best === null || sign * (value - state.best) > spec.minimumDelta;
  if (improved) return { state: { best: value, bestStep: step, wait: 0 }, stop: false };
  const wait = state.wait + 1;
  return { state: { ...state, wait }, stop: wait >= spec.patience };
}

/** Without validation images, the same measure of the training images is watched. */
function monitored({ monitor }: EarlyStoppingSpec, metrics: EpochMetrics): number | null {
  switch (monitor) {
    case 'loss':
      return metrics.loss;
    case 'accuracy':
      return metrics.accuracy;
    case 'validationLoss':
      return metrics.validationLoss ?? metrics.loss;
    case 'validationAccuracy':
      return metrics.validationAccuracy ?? metrics.accuracy;
  }
}
