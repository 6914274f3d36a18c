import type { MetricsUpdate, NetworkInfo, Session } from '#shared/api';
import type { Frame } from '#shared/frames';
import type { Recipe } from '#shared/spec';
import { fakeDescription } from '../../../renderer/lab/fake-description';
import { summarizeFake } from '../../../renderer/lab/fake-summary';

export const recipe: Recipe = fakeDescription.defaultRecipe;

export const network: NetworkInfo = {
  summary: summarizeFake(recipe.model),
  classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  trainingImages: 48_000,
  validationImages: 12_000,
  testImages: 10_000,
  step: 'eager',
  card: null,
  initialWeights: null,
};

export const run = {
  id: '0007-digits-seed',
  folder: 'runs/0007-digits-seed',
  startedAt: '2026-03-01T10:00:00Z',
};

export const training = { phase: 'training', recipe, network, run } as const satisfies Session;

/** A frame of one layer of `size` cells, all of code `fill`. */
export function frameAt(step: number, { size = 4, fill = 0 } = {}): Frame {
  return {
    step,
    epoch: 1,
    probe: { kind: 'sample', index: 0, label: 4 },
    layers: [{ name: 'input', shape: [1, size, 1], offset: 0, scale: 1, start: 0 }],
    codes: new Uint8Array(size).fill(fill),
    output: new Float32Array(10).fill(0.1),
  };
}

/** Batches `firstStep` on, each with its own step as loss. */
export function metricsFrom(firstStep: number, count: number): MetricsUpdate {
  return {
    firstStep,
    loss: Float32Array.from({ length: count }, (_, index) => firstStep + index),
    accuracy: new Float32Array(count).fill(0.5),
    epochs: [],
    progress: null,
  };
}
