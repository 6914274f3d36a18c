/** Where a message about a recipe belongs, and how it is said there. */
import type { z } from 'zod';
import { innermost, type Recipe } from '#shared/spec';
import { recipeOf, type RecipeDraft } from './recipe-draft';

const trainingFields = [
  'epochs',
  'batchSize',
  'optimizer',
  'validationSplit',
  'seed',
  'schedule',
  'warmUpSteps',
  'earlyStopping',
  'augmentation',
  'classWeights',
  'labelSmoothing',
  'checkpointMinutes',
] as const;

type TrainingField = (typeof trainingFields)[number];

/**
 * A field, named as in the recipe: `batchSize`, `optimizer.momentum`. `recipe` is for messages that no field can
 * mend.
 */
export type RecipeField =
  | 'model'
  | 'initialWeights'
  | 'source'
  | 'folder'
  | 'limit'
  | 'size'
  | 'testShare'
  | TrainingField
  | `${TrainingField}.${string}`
  | 'recipe';

const dataFields: Readonly<Record<string, RecipeField>> = {
  data: 'source',
  'data.source': 'source',
  'data.folder': 'folder',
  'data.limit': 'limit',
  'data.size': 'size',
  'data.size.0': 'size',
  'data.size.1': 'size',
  'data.testShare': 'testShare',
  'data.seed': 'source',
};

/** The field of a schema's path such as `training.batchSize`. */
export function fieldAt(path: string): RecipeField {
  const data = dataFields[path];
  if (data !== undefined) return data;
  if (path.startsWith('model')) return 'model';
  if (path.startsWith('initialWeights')) return 'initialWeights';
  const [, name, key] = path.split('.');
  const field = trainingFields.find((candidate) => candidate === name);
  if (!path.startsWith('training') || field === undefined) return 'recipe';
  // One field holds all the weights.
  return key === undefined || field === 'classWeights' ? field : `${field}.${key}`;
}

/** The field that a refusal of the lab speaks of: by its path, by the folder it names, or by a layer. */
export function fieldOfRefusal(message: string, recipe: Recipe): RecipeField {
  const path = /\b((?:model|data|training|initialWeights)(?:\.\w+)*): /.exec(message)?.[1];
  if (path !== undefined) return fieldAt(path);
  const folder = 'folder' in recipe.data ? recipe.data.folder : null;
  if (folder !== null && message.includes(folder)) return 'folder';
  if (/\bclass weights\b/.test(message)) return 'classWeights';
  const weights = recipe.initialWeights?.path;
  if (weights !== undefined && message.includes(weights)) return 'initialWeights';
  return /\blayers?\b/i.test(message) ? 'model' : 'recipe';
}

/** The fields that a refusal is about: model and data together, or how they are trained too. */
export function subjectOf(draft: RecipeDraft, field: RecipeField): string {
  const { model, initialWeights, source, folder, limit, images } = draft;
  const ofBench = ['model', 'initialWeights', 'source', 'folder', 'limit', 'size', 'testShare'].includes(
    field,
  );
  return JSON.stringify(ofBench ? [model, initialWeights, source, folder, limit, images] : recipeOf(draft));
}

/** A schema's complaint in the words of the window. */
export function sentenceOf(found: z.core.$ZodIssue, field: RecipeField): string {
  const issue = innermost(found);
  switch (issue.code) {
    case 'too_small':
      if (field === 'folder') return 'Name the folder that holds the images.';
      return issue.inclusive === false
        ? `Must be more than ${number(issue.minimum)}.`
        : `Must be at least ${number(issue.minimum)}.`;
    case 'too_big':
      return issue.inclusive === false
        ? `Must be less than ${number(issue.maximum)}.`
        : `Must be at most ${number(issue.maximum)}.`;
    case 'invalid_type':
      if (field === 'model') return 'Choose a model.';
      if (field === 'classWeights') return 'Must be numbers, separated by commas.';
      return issue.expected === 'int' ? 'Must be a whole number.' : 'Must be a number.';
    default:
      return `${issue.message}.`;
  }
}

function number(limit: number | bigint): string {
  return limit.toLocaleString('en-US');
}
