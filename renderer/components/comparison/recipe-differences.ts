import { isOpened, type DataSpec, type Recipe } from '#shared/spec';
import { differencesOf, type Difference } from './differences';
import { layerDifferences } from './layer-differences';
import { networkFields, trainingFields } from './recipe-fields';

/** Where recipes differ, in the words and the order of the recipe panel: images, network, training. */
export function recipeDifferences(
  recipes: readonly Recipe[],
  sourceTitle: (source: DataSpec['source']) => string,
): readonly Difference[] {
  return [
    ...differencesOf(recipes.map((recipe) => networkFields(recipe, sourceTitle))),
    ...layerDifferences(recipes.map(({ model }) => (isOpened(model) ? null : model.layers))),
    ...differencesOf(recipes.map(trainingFields)),
  ];
}
