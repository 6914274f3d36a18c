import path from 'node:path';
import { isOpened, type DataSpec, type Recipe } from '#shared/spec';

/** Makes every path of a recipe absolute: a run is opened from anywhere. */
export function withWholePaths(recipe: Recipe): Recipe {
  const { model, data, initialWeights } = recipe;
  return {
    ...recipe,
    model: isOpened(model) ? { ...model, file: path.resolve(model.file) } : model,
    data: dataWithWholePaths(data),
    initialWeights:
      initialWeights === null ? null : { ...initialWeights, path: path.resolve(initialWeights.path) },
  };
}

function dataWithWholePaths(data: DataSpec): DataSpec {
  if (!('folder' in data) || data.folder === null) return data;
  return { ...data, folder: path.resolve(data.folder) };
}
