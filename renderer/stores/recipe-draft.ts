/** A recipe while it is edited: fields may be empty or hold what is not a number yet. */
import type { z } from 'zod';
import type { DataSource, ModelSpec, OptimizerSpec, Recipe, TrainingSpec } from '#shared/spec';

/** A number, an empty field, or text that is no number. */
export type NumberEntry = number | null | string;

export interface RecipeDraft {
  model: ModelSpec | null;
  source: DataSource;
  folder: string;
  limit: NumberEntry;
  dataSeed: number;
  epochs: NumberEntry;
  batchSize: NumberEntry;
  optimizer: OptimizerSpec;
  learningRate: NumberEntry;
  validationSplit: NumberEntry;
  seed: NumberEntry;
  /** What has no field in the window goes through unchanged. */
  training: TrainingSpec;
}

/** Where a message belongs. `recipe` is for those that no field can mend. */
export type RecipeField =
  | 'model'
  | 'source'
  | 'folder'
  | 'limit'
  | 'epochs'
  | 'batchSize'
  | 'optimizer'
  | 'learningRate'
  | 'validationSplit'
  | 'seed'
  | 'recipe';

const fieldOfPath: Readonly<Record<string, RecipeField>> = {
  data: 'source',
  'data.source': 'source',
  'data.folder': 'folder',
  'data.limit': 'limit',
  'data.seed': 'source',
  'training.epochs': 'epochs',
  'training.batchSize': 'batchSize',
  'training.optimizer': 'optimizer',
  'training.optimizer.learningRate': 'learningRate',
  'training.validationSplit': 'validationSplit',
  'training.seed': 'seed',
};

/** The field of a schema's path such as `training.batchSize`. */
export function fieldAt(path: string): RecipeField {
  return fieldOfPath[path] ?? (path.startsWith('model') ? 'model' : 'recipe');
}

/** The field that a refusal of the lab speaks of: by its path, by the folder it names, or by a layer. */
export function fieldOfRefusal(message: string, recipe: Recipe): RecipeField {
  const path = /\b((?:model|data|training)(?:\.\w+)*): /.exec(message)?.[1];
  if (path !== undefined) return fieldAt(path);
  const folder = recipe.data.source === 'digits' ? null : recipe.data.folder;
  if (folder !== null && message.includes(folder)) return 'folder';
  return /\blayers?\b/.test(message) ? 'model' : 'recipe';
}

/** The fields that a refusal is about: model and data together, or how they are trained. */
export function subjectOf(draft: RecipeDraft, field: RecipeField): string {
  const { model, source, folder, limit } = draft;
  const bench = [model, source, folder, limit];
  if (['model', 'source', 'folder', 'limit'].includes(field)) return JSON.stringify(bench);
  const { epochs, batchSize, optimizer, learningRate, validationSplit, seed } = draft;
  return JSON.stringify([...bench, epochs, batchSize, optimizer.kind, learningRate, validationSplit, seed]);
}

export function draftOf({ model, data, training }: Recipe): RecipeDraft {
  return {
    model,
    source: data.source,
    folder: data.source === 'digits' ? '' : (data.folder ?? ''),
    limit: data.limit,
    dataSeed: data.source === 'digits' ? data.seed : 1,
    epochs: training.epochs,
    batchSize: training.batchSize,
    optimizer: training.optimizer,
    learningRate: training.optimizer.learningRate,
    validationSplit: training.validationSplit,
    seed: training.seed,
    training,
  };
}

/** What the schema is asked to check. */
export function recipeOf(draft: RecipeDraft): unknown {
  return {
    model: draft.model,
    data: dataOf(draft),
    training: {
      ...draft.training,
      epochs: draft.epochs,
      batchSize: draft.batchSize,
      optimizer: { ...draft.optimizer, learningRate: draft.learningRate },
      validationSplit: draft.validationSplit,
      seed: draft.seed,
    },
  };
}

function dataOf({ source, folder, limit, dataSeed }: RecipeDraft): unknown {
  const named = folder.trim();
  switch (source) {
    case 'digits':
      return { source, limit, seed: dataSeed };
    case 'mnist':
    case 'fashion-mnist':
      return { source, limit, folder: named === '' ? null : named };
    case 'idx':
      return { source, limit, folder: named };
  }
}

/** A schema's complaint in the words of the window. */
export function sentenceOf(issue: z.core.$ZodIssue, field: RecipeField): string {
  switch (issue.code) {
    case 'too_small':
      if (field === 'folder') return 'Name the folder that holds the four IDX files.';
      return issue.inclusive === false
        ? `Must be more than ${number(issue.minimum)}.`
        : `Must be at least ${number(issue.minimum)}.`;
    case 'too_big':
      return issue.inclusive === false
        ? `Must be less than ${number(issue.maximum)}.`
        : `Must be at most ${number(issue.maximum)}.`;
    case 'invalid_type':
      if (field === 'model') return 'Choose a model.';
      return issue.expected === 'int' ? 'Must be a whole number.' : 'Must be a number.';
    default:
      return `${issue.message}.`;
  }
}

function number(limit: number | bigint): string {
  return limit.toLocaleString('en-US');
}
