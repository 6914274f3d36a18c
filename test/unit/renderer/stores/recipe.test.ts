import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { nextTick } from 'vue';
import { ProblemError } from '#shared/errors';
import { recipe as recipeSchema, type Recipe } from '#shared/spec';
import { useRecipeStore } from '../../../../renderer/stores/recipe';
import { recipe } from '../samples';

beforeEach(() => {
  localStorage.clear();
  setActivePinia(createPinia());
});

function loaded(changes: Partial<Recipe> = {}): ReturnType<typeof useRecipeStore> {
  const recipes = useRecipeStore();
  recipes.load({ ...recipe, ...changes });
  return recipes;
}

function refusing(message: string): () => Promise<void> {
  return () => Promise.reject(new ProblemError({ kind: 'refusal', message, detail: null }));
}

describe('the edited recipe', () => {
  it('is the loaded one until it is edited, with what has no field', () => {
    const schedule = { kind: 'cosine', finalShare: 0.1 } as const;
    const given = recipeSchema.parse({ ...recipe, training: { ...recipe.training, schedule } });
    const recipes = useRecipeStore();
    recipes.load(given);
    expect(recipes.recipe).toEqual(given);
    recipes.draft.epochs = 7;
    expect(recipes.recipe).toEqual({ ...given, training: { ...given.training, epochs: 7 } });
  });

  it.each([
    ['epochs', 0, 'Must be at least 1.'],
    ['epochs', 2.5, 'Must be a whole number.'],
    ['batchSize', 10_000, 'Must be at most 8,192.'],
    ['warmUpSteps', 0.5, 'Must be a whole number.'],
    ['labelSmoothing', 1, 'Must be less than 1.'],
    ['checkpointMinutes', 0, 'Must be more than 0.'],
    ['validationSplit', null, 'Must be a number.'],
    ['seed', -1, 'Must be at least 0.'],
  ] as const)('says at %s what is wrong with %s', (field, value, message) => {
    const recipes = loaded();
    recipes.draft[field] = value;
    expect(recipes.messages).toEqual({ [field]: message });
    expect(recipes.recipe).toBeNull();
  });

  it.each([
    ['fast', 'Must be a number.'],
    [0, 'Must be more than 0.'],
    [11, 'Must be at most 10.'],
  ])('says at the learning rate what is wrong with %s', (value, message) => {
    const recipes = loaded();
    recipes.draft.optimizer.learningRate = value;
    expect(recipes.messages).toEqual({ 'optimizer.learningRate': message });
  });

  it('keeps all that a recipe can say of training', () => {
    const given = recipeSchema.parse({
      ...recipe,
      training: {
        optimizer: { kind: 'adam', beta1: 0.8, epsilon: 1e-6 },
        schedule: { kind: 'plateau', factor: 0.5, patience: 2 },
        warmUpSteps: 100,
        earlyStopping: { monitor: 'validationAccuracy', patience: 4, restoreBest: false },
        augmentation: { shift: 0.1, rotate: 10, flipHorizontal: true },
        classWeights: [1, 1, 2, 1, 1, 1, 1, 1, 1, 0.5],
        labelSmoothing: 0.1,
        checkpointMinutes: 2,
      },
    });
    const recipes = useRecipeStore();
    recipes.load(given);
    expect(recipes.messages).toEqual({});
    expect(recipes.recipe).toEqual(given);
  });

  it('begins another schedule with its own defaults, and says what is wrong with its fields', () => {
    const recipes = loaded();
    recipes.chooseSchedule('step');
    expect(recipes.recipe?.training.schedule).toEqual({ kind: 'step', everyEpochs: 10, factor: 0.5 });
    recipes.draft.schedule = { kind: 'step', everyEpochs: 0, factor: 0.5 };
    expect(recipes.messages).toEqual({ 'schedule.everyEpochs': 'Must be at least 1.' });
  });

  it('wants a weight for every class of the data on the bench', () => {
    const recipes = loaded();
    recipes.draft.classWeights = '1, 2, one';
    expect(recipes.messages.classWeights).toBe('Must be numbers, separated by commas.');
    recipes.draft.classWeights = '1, 2, 3';
    expect(recipes.recipe?.training.classWeights).toEqual([1, 2, 3]);
    recipes.knowClasses(recipe.data, 10);
    expect(recipes.messages.classWeights).toBe('The data has 10 classes; these are 3 weights.');
    expect(recipes.recipe).toBeNull();
    recipes.draft.limit = 500;
    expect(recipes.messages.classWeights).toBeUndefined();
  });

  it('asks for the folder that an IDX source needs, and takes none for MNIST as a download', () => {
    const recipes = loaded();
    recipes.draft.source = 'idx';
    expect(recipes.messages.folder).toBe('Name the folder that holds the images.');
    recipes.draft.source = 'mnist';
    expect(recipes.recipe?.data).toEqual({ source: 'mnist', folder: null, limit: null });
  });

  it('takes over the defaults of another optimizer', () => {
    const recipes = loaded();
    recipes.chooseOptimizer('sgd');
    expect(recipes.recipe?.training.optimizer).toEqual({
      kind: 'sgd',
      learningRate: 0.01,
      momentum: 0,
      nesterov: false,
    });
  });
});

describe('a refusal of the lab', () => {
  const folder = '/images/mine';
  const data = { source: 'idx', folder, limit: null } as const;

  it.each([
    [`The folder ${folder} holds no IDX files.`, 'folder'],
    ['The call train was refused: 0.training.batchSize: too large.', 'batchSize'],
    ['The recipe has 3 class weights, but the data has 10 classes; give one a class.', 'classWeights'],
    ['Layer 5 (conv2d_2): a 3x3 window does not fit a 2x2 map.', 'model'],
    ['A run is in progress; stop it before starting another.', 'recipe'],
  ] as const)('is shown where it belongs: %s', async (message, field) => {
    const recipes = loaded({ data });
    expect(await recipes.submit({ ...recipe, data }, refusing(message))).toBeNull();
    expect(recipes.messages).toEqual({ [field]: message });
  });

  it('stays while other fields are edited and goes with its own', async () => {
    const recipes = loaded({ data });
    const message = `The folder ${folder} holds no IDX files.`;
    await recipes.submit({ ...recipe, data }, refusing(message));
    recipes.draft.epochs = 9;
    expect(recipes.messages.folder).toBe(message);
    recipes.draft.folder = '/images/others';
    expect(recipes.messages).toEqual({});
  });

  it('leaves faults to the caller', async () => {
    const recipes = loaded();
    const fault = await recipes.submit(recipe, () => Promise.reject(new Error('The addon crashed.')));
    expect(fault).toMatchObject({ kind: 'fault', message: 'The addon crashed.' });
    expect(recipes.messages).toEqual({});
  });
});

describe('the last recipe that was used', () => {
  it('is remembered by the next window', async () => {
    const recipes = loaded();
    recipes.draft.epochs = 12;
    await recipes.submit(recipes.recipe as Recipe, () => Promise.resolve());
    await nextTick();
    setActivePinia(createPinia());
    const next = useRecipeStore();
    next.loadRemembered(recipe);
    expect(next.recipe?.training.epochs).toBe(12);
  });

  it('gives way to the default when it can no longer be read', () => {
    localStorage.setItem('convscope.recipe', '{"model": "of another age"}');
    const recipes = useRecipeStore();
    recipes.loadRemembered(recipe);
    expect(recipes.recipe).toEqual(recipe);
  });
});
