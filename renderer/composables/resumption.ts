import type { Recipe } from '#shared/spec';

/**
 * A learning rate for a run that diverged: a tenth of what it was trained with, or of what its recipe says where the
 * rate had been raised above that.
 * @param last what the last batch or epoch that is known was trained with
 */
export function gentlerRate({ training }: Recipe, last: number | null): number {
  const recipeRate = training.optimizer.learningRate;
  const base = last === null || !(last > 0) ? recipeRate : Math.min(recipeRate, last);
  return Number((base / 10).toPrecision(3));
}
