import path from 'node:path';
import { Refusal } from '#shared/errors';
import { openedModelSpec, usualPreprocessing, type RecipeModel } from '#shared/spec';
import { isModel } from '../lab/model/open';
import { recipeName } from '../lab/session/models/card';
import { isPreset, modelOf } from './arguments';
import type { WantedRange } from './preprocessing';

/** What only a model that was opened takes. */
export interface ContinuationOptions {
  /** So many layers with weights, counted from the end, are trained. */
  readonly freezeAllBut?: number;
  readonly newHead: boolean;
  readonly preprocess: WantedRange;
}

/** The model that is trained: a preset, the spec of one that is built, or one of others that is trained further. */
export async function trainedModel(name: string, options: ContinuationOptions): Promise<RecipeModel> {
  if (!isPreset(name) && (await isModel(name))) return openedModel(name, options);
  if (options.freezeAllBut !== undefined || options.newHead || options.preprocess !== 'auto') {
    throw new Refusal(
      `--freeze-all-but, --new-head and --preprocess are for a model that was trained before, and ${name} is none; ` +
        `leave them out or name a model's file or folder.`,
    );
  }
  return modelOf(name);
}

const ranges: Readonly<Record<Exclude<WantedRange, 'auto'>, [number, number]>> = {
  '0..1': [0, 1],
  '-1..1': [-1, 1],
  '0..255': [0, 255],
};

function openedModel(name: string, { freezeAllBut, newHead, preprocess }: ContinuationOptions): RecipeModel {
  return openedModelSpec.parse({
    name: recipeName(name),
    file: path.resolve(name),
    preprocessing: preprocess === 'auto' ? null : { ...usualPreprocessing, range: ranges[preprocess] },
    trainableLayers: freezeAllBut ?? null,
    head: newHead ? 'new' : 'keep',
  });
}
