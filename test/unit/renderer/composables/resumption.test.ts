import { describe, expect, it } from 'vitest';
import { gentlerRate } from '../../../../renderer/composables/resumption';
import { recipe } from '../samples';

describe('the learning rate for a run that diverged', () => {
  it.each([
    ['of the recipe where nothing else is known', null, 0.0001],
    ['of the recipe where the rate had been raised', 10, 0.0001],
    ['of the last rate where that is smaller', 0.0003, 0.00003],
    ['of the recipe where a schedule had come to nothing', 0, 0.0001],
  ])('is a tenth %s', (_, last, expected) => {
    expect(recipe.training.optimizer.learningRate).toBe(0.001);
    expect(gentlerRate(recipe, last)).toBe(expected);
  });
});
