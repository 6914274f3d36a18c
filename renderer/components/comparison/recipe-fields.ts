/** A recipe as lists of fields, each in the words of the recipe panel. */
import {
  augmentationSpec,
  earlyStoppingSpec,
  isOpened,
  optimizerSpec,
  scheduleSpec,
  type DataSpec,
  type OptimizerSpec,
  type Preprocessing,
  type Recipe,
  type RecipeModel,
} from '#shared/spec';
import { count, rate } from '../numbers';
import {
  augmentationNumbers,
  earlyStoppingNumbers,
  fitTitles,
  monitorTitles,
  optimizerNumbers,
  optimizerTitles,
  scheduleNumbers,
  scheduleTitles,
  type RecipeNumber,
} from '../recipe-words';
import type { NamedField } from './differences';

/** What it reads, and what it trains; of the layers of a network that is built, see `layerDifferences`. */
export function networkFields(
  { data, model, initialWeights }: Recipe,
  sourceTitle: (source: DataSpec['source']) => string,
): readonly NamedField[] {
  return [
    field('Source', sourceTitle(data.source)),
    ...dataFields(data),
    field('Model', model.name),
    ...openedFields(model),
    field('Weights to begin with', initialWeights?.path ?? 'fresh', initialWeights === null),
  ];
}

function field(label: string, text: string, usual = false): NamedField {
  return { label, text, usual };
}

function dataFields(data: DataSpec): readonly NamedField[] {
  if (data.source === 'none') return [];
  const limit = field('At most', data.limit === null ? 'all images' : count(data.limit), data.limit === null);
  const folder = 'folder' in data && data.folder !== null ? [field('Folder', data.folder)] : [];
  const seed = 'seed' in data ? [field('Seed of the images', String(data.seed), data.seed === 1)] : [];
  if (data.source !== 'images') return [limit, ...folder, ...seed];
  const { size, fit, channels, background, invert, testShare } = data;
  return [
    limit,
    ...folder,
    ...seed,
    field('Height × width', size === null ? 'as most' : size.join(' × '), size === null),
    field('Other shapes', fitTitles[fit], fit === 'stretch'),
    field('Channels', channelWords[channels ?? 'auto'], channels === null),
    field('Background', background, background === 'white'),
    field('Invert', yesNo(invert), !invert),
    field('Share to test', String(testShare), testShare === 0.2),
  ];
}

const channelWords = { auto: 'as they are', 1: 'grey', 3: 'colour' } as const;

function openedFields(model: RecipeModel): readonly NamedField[] {
  if (!isOpened(model)) return [];
  const { file, trainableLayers, head, preprocessing } = model;
  return [
    field('File', file),
    field(
      'Layers trained',
      trainableLayers === null ? 'all' : `last ${trainableLayers}`,
      trainableLayers === null,
    ),
    field('Last layer', head === 'keep' ? 'as in the file' : 'new', head === 'keep'),
    field(
      'Preprocessing',
      preprocessing === null ? 'as the file says' : preprocessingText(preprocessing),
      preprocessing === null,
    ),
  ];
}

function preprocessingText({ range, channelOrder, mean, deviation, inverted }: Preprocessing): string {
  return [
    `${range[0]} to ${range[1]}`,
    ...(channelOrder === 'bgr' ? ['BGR'] : []),
    ...(mean === null ? [] : [`mean ${mean.join(' ')}`]),
    ...(deviation === null ? [] : [`deviation ${deviation.join(' ')}`]),
    ...(inverted ? ['inverted'] : []),
  ].join(', ');
}

export function trainingFields({ training }: Recipe): readonly NamedField[] {
  const { optimizer, schedule, earlyStopping, augmentation, classWeights } = training;
  return [
    field('Epochs', count(training.epochs)),
    field('Batch size', count(training.batchSize)),
    ...optimizerFields(optimizer),
    field('Validation split', String(training.validationSplit)),
    field('Seed', String(training.seed)),
    field('Learning rate schedule', scheduleTitles[schedule.kind]),
    field('Warm-up steps', count(training.warmUpSteps)),
    ...numbersOf(
      'Schedule',
      scheduleNumbers[schedule.kind],
      schedule,
      scheduleSpec.parse({ kind: schedule.kind }),
    ),
    field('Early stopping', earlyStopping === null ? 'off' : monitorTitles[earlyStopping.monitor]),
    ...(earlyStopping === null
      ? []
      : [
          ...numbersOf('Early stopping', earlyStoppingNumbers, earlyStopping, earlyStoppingSpec.parse({})),
          field('Back to the best weights', yesNo(earlyStopping.restoreBest), earlyStopping.restoreBest),
        ]),
    field('Augment training images', yesNo(augmentation !== null)),
    ...(augmentation === null
      ? []
      : [
          ...numbersOf('Augmentation', augmentationNumbers, augmentation, augmentationSpec.parse({})),
          field('Flip left and right', yesNo(augmentation.flipHorizontal), !augmentation.flipHorizontal),
        ]),
    field('Label smoothing', String(training.labelSmoothing)),
    field('Checkpoint at least every', `${training.checkpointMinutes} min`),
    field('Class weights', classWeights?.join(', ') ?? '1 each'),
  ];
}

function optimizerFields(optimizer: OptimizerSpec): readonly NamedField[] {
  const usual = optimizerSpec.parse({ kind: optimizer.kind });
  return [
    field('Optimizer', optimizerTitles[optimizer.kind]),
    field('Learning rate', rate(optimizer.learningRate)),
    ...numbersOf(null, optimizerNumbers[optimizer.kind], optimizer, usual),
    ...('nesterov' in optimizer ? [field('Nesterov', yesNo(optimizer.nesterov), !optimizer.nesterov)] : []),
  ];
}

function numbersOf(
  part: string | null,
  numbers: readonly RecipeNumber[],
  values: Readonly<Record<string, unknown>>,
  usual: Readonly<Record<string, unknown>>,
): readonly NamedField[] {
  return numbers.map(({ key, label }) =>
    field(part === null ? label : `${part}: ${label}`, String(values[key]), values[key] === usual[key]),
  );
}

function yesNo(on: boolean): string {
  return on ? 'yes' : 'no';
}
