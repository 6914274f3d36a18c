/** What the parts of a recipe are called, wherever the window shows them. */
import type { EarlyStoppingSpec, OptimizerSpec, ScheduleSpec } from '#shared/spec';
import type { ImageFolderSpec } from '#shared/data-spec';

/** A number of a part of a recipe, by its key in the schema. */
export interface RecipeNumber {
  readonly key: string;
  readonly label: string;
  readonly step: number;
}

export const optimizerTitles: Readonly<Record<OptimizerSpec['kind'], string>> = {
  rmsprop: 'RMSprop',
  adam: 'Adam',
  adamax: 'Adamax',
  adagrad: 'Adagrad',
  adadelta: 'Adadelta',
  sgd: 'SGD',
};

const momentum: RecipeNumber = { key: 'momentum', label: 'Momentum', step: 0.1 };
const rho: RecipeNumber = { key: 'rho', label: 'Rho', step: 0.05 };
const epsilon: RecipeNumber = { key: 'epsilon', label: 'Epsilon', step: 1e-7 };
const betas: readonly RecipeNumber[] = [
  { key: 'beta1', label: 'Beta 1', step: 0.05 },
  { key: 'beta2', label: 'Beta 2', step: 0.001 },
];

/** What each optimizer has beside its learning rate. */
export const optimizerNumbers: Readonly<Record<OptimizerSpec['kind'], readonly RecipeNumber[]>> = {
  rmsprop: [rho, momentum, epsilon],
  adam: [...betas, epsilon],
  adamax: [...betas, epsilon],
  adagrad: [epsilon],
  adadelta: [rho, epsilon],
  sgd: [momentum],
};

export const scheduleTitles: Readonly<Record<ScheduleSpec['kind'], string>> = {
  constant: 'Constant',
  step: 'Step',
  cosine: 'Cosine',
  plateau: 'Plateau',
};

export const scheduleNumbers: Readonly<Record<ScheduleSpec['kind'], readonly RecipeNumber[]>> = {
  constant: [],
  step: [
    { key: 'everyEpochs', label: 'Every epochs', step: 1 },
    { key: 'factor', label: 'Factor', step: 0.1 },
  ],
  cosine: [{ key: 'finalShare', label: 'Final share', step: 0.05 }],
  plateau: [
    { key: 'factor', label: 'Factor', step: 0.1 },
    { key: 'patience', label: 'Patience', step: 1 },
    { key: 'minimumDelta', label: 'Least change', step: 0.0001 },
    { key: 'lowest', label: 'Lowest rate', step: 0.0001 },
  ],
};

export const monitorTitles: Readonly<Record<EarlyStoppingSpec['monitor'], string>> = {
  validationLoss: 'Validation loss',
  validationAccuracy: 'Validation accuracy',
  loss: 'Training loss',
  accuracy: 'Training accuracy',
};

export const earlyStoppingNumbers: readonly RecipeNumber[] = [
  { key: 'patience', label: 'Patience', step: 1 },
];

export const augmentationNumbers: readonly RecipeNumber[] = [
  { key: 'shift', label: 'Shift, share', step: 0.05 },
  { key: 'rotate', label: 'Rotate, °', step: 5 },
  { key: 'zoom', label: 'Zoom, share', step: 0.05 },
  { key: 'noise', label: 'Noise, sigma', step: 0.05 },
];

export const fitTitles: Readonly<Record<ImageFolderSpec['fit'], string>> = {
  stretch: 'Stretch',
  contain: 'Contain',
  cover: 'Cover',
  centre: 'Centre',
};
