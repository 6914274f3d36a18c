import { once, type DataSet } from '../data-set';
import { digitShape, generateDigits } from './generate';

/** As many as MNIST has. */
const full = { training: 60_000, test: 10_000 } as const;

/**
 * Digits drawn on the spot. Nothing is drawn before a split is asked for, and no more than `limit` images of it.
 * The same seed gives the same bytes on every machine.
 */
export function openDigits(seed: number, limit: number | null): DataSet {
  const trainingCount = Math.min(limit ?? Infinity, full.training);
  const testCount = Math.min(limit ?? Infinity, full.test);
  return {
    name: 'digits',
    classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
    shape: digitShape,
    trainingCount,
    testCount,
    training: once((watch) => generateDigits(seed, 'training', trainingCount, watch)),
    test: once((watch) => generateDigits(seed, 'test', testCount, watch)),
  };
}
