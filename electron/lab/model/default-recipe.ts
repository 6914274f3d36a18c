import { recipe, type Recipe } from '#shared/spec';
import { presets } from './presets';

/** What the window offers before a person changes anything: the textbook's convnet on digits drawn on the spot. */
export const defaultRecipe: Recipe = recipe.parse({
  model: presets[0]?.spec,
  data: { source: 'digits' },
  training: { validationSplit: 0.1 },
});
