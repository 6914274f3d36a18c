/** A recipe while it is edited: fields may be empty or hold what is not a number yet. */
import { imageFolderSpec, type ImageFolderSpec } from '#shared/data-spec';
import type {
  AugmentationSpec,
  DataSource,
  EarlyStoppingSpec,
  InitialWeightsSpec,
  OptimizerSpec,
  Recipe,
  RecipeModel,
  ScheduleSpec,
  TrainingSpec,
} from '#shared/spec';

/** A number, an empty field, or text that is no number. */
export type NumberEntry = number | null | string;

/** A spec while it is edited: its numbers are entries. */
export type Edited<Spec> = Spec extends unknown
  ? { -readonly [Key in keyof Spec]: Spec[Key] extends number ? NumberEntry : Spec[Key] }
  : never;

/** What is made of pictures in a folder. Empty sizes are those that most pictures have. */
export interface ImagesDraft {
  height: NumberEntry;
  width: NumberEntry;
  fit: ImageFolderSpec['fit'];
  channels: 'auto' | '1' | '3';
  background: ImageFolderSpec['background'];
  invert: boolean;
  testShare: NumberEntry;
  seed: number;
}

export interface RecipeDraft {
  model: RecipeModel | null;
  initialWeights: InitialWeightsSpec | null;
  source: DataSource;
  folder: string;
  limit: NumberEntry;
  dataSeed: number;
  images: ImagesDraft;
  epochs: NumberEntry;
  batchSize: NumberEntry;
  optimizer: Edited<OptimizerSpec>;
  validationSplit: NumberEntry;
  seed: NumberEntry;
  schedule: Edited<ScheduleSpec>;
  warmUpSteps: NumberEntry;
  /** `null` while it is off. */
  earlyStopping: Edited<EarlyStoppingSpec> | null;
  augmentation: Edited<AugmentationSpec> | null;
  /** Separated by commas; empty for none. */
  classWeights: string;
  labelSmoothing: NumberEntry;
  checkpointMinutes: NumberEntry;
  /** What has no field in the window goes through unchanged. */
  training: TrainingSpec;
}

/** The draft of a recipe, or of one that lacks its model yet. */
export function draftOf({
  model,
  data,
  training,
  initialWeights,
}: Omit<Recipe, 'model'> & { readonly model: RecipeModel | null }): RecipeDraft {
  const { augmentation, earlyStopping } = training;
  return {
    model,
    initialWeights,
    source: data.source,
    folder: 'folder' in data ? (data.folder ?? '') : '',
    limit: 'limit' in data ? data.limit : null,
    dataSeed: data.source === 'digits' ? data.seed : 1,
    images: imagesDraftOf(data.source === 'images' ? data : usualImages),
    epochs: training.epochs,
    batchSize: training.batchSize,
    optimizer: { ...training.optimizer },
    validationSplit: training.validationSplit,
    seed: training.seed,
    schedule: { ...training.schedule },
    warmUpSteps: training.warmUpSteps,
    earlyStopping: earlyStopping === null ? null : { ...earlyStopping },
    augmentation: augmentation === null ? null : { ...augmentation },
    classWeights: training.classWeights?.join(', ') ?? '',
    labelSmoothing: training.labelSmoothing,
    checkpointMinutes: training.checkpointMinutes,
    training,
  };
}

/** What an image folder begins with. */
const usualImages = imageFolderSpec.parse({ source: 'images', folder: '.' });

function imagesDraftOf({
  size,
  fit,
  channels,
  background,
  invert,
  testShare,
  seed,
}: ImageFolderSpec): ImagesDraft {
  const [height, width] = size ?? [null, null];
  return { height, width, fit, channels: channelsEntry(channels), background, invert, testShare, seed };
}

function channelsEntry(channels: ImageFolderSpec['channels']): ImagesDraft['channels'] {
  return channels === null ? 'auto' : channels === 1 ? '1' : '3';
}

function imagesOf({ height, width, channels, ...rest }: ImagesDraft): object {
  // One side alone stands for both.
  const size = height === null && width === null ? null : [height ?? width, width ?? height];
  return { ...rest, size, channels: channels === 'auto' ? null : Number(channels) };
}

/** What the schema is asked to check. */
export function recipeOf(draft: RecipeDraft): unknown {
  const { model, initialWeights } = draft;
  return { model, data: dataOf(draft), training: trainingOf(draft), initialWeights };
}

export function dataOf({ source, folder, limit, dataSeed, images }: RecipeDraft): unknown {
  const named = folder.trim();
  switch (source) {
    case 'digits':
      return { source, limit, seed: dataSeed };
    case 'mnist':
    case 'fashion-mnist':
      return { source, limit, folder: named === '' ? null : named };
    case 'idx':
    case 'cifar10':
    case 'cifar100':
      return { source, limit, folder: named };
    case 'images':
      return { source, limit, folder: named, ...imagesOf(images) };
    case 'none':
      return { source };
  }
}

function trainingOf(draft: RecipeDraft): unknown {
  return {
    ...draft.training,
    epochs: draft.epochs,
    batchSize: draft.batchSize,
    optimizer: draft.optimizer,
    validationSplit: draft.validationSplit,
    seed: draft.seed,
    schedule: draft.schedule,
    warmUpSteps: draft.warmUpSteps,
    earlyStopping: draft.earlyStopping,
    augmentation: draft.augmentation,
    classWeights: weightsIn(draft.classWeights),
    labelSmoothing: draft.labelSmoothing,
    checkpointMinutes: draft.checkpointMinutes,
  };
}

/** What is no number stays text, for the schema to refuse. */
function weightsIn(text: string): readonly (number | string)[] | null {
  if (text.trim() === '') return null;
  return text.split(',').map((part) => {
    const entry = part.trim();
    return entry === '' || Number.isNaN(Number(entry)) ? entry : Number(entry);
  });
}
