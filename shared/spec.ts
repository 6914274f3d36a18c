import { z } from 'zod';
import { cifar100Spec, cifar10Spec, folder, imageFolderSpec, limit, seed } from './data-spec';
import { layerSpec } from './layer-spec';

export { activationName, layerSpec, type ActivationName, type LayerSpec } from './layer-spec';

/**
 * The recipe of a run: which images, which network, how it is trained. These schemas are the only source of both
 * the types and the validation, for the window, the terminal, files and the wire. Field names follow Keras.
 */

const modelName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9][a-z0-9_-]*$/, 'lower-case letters, digits, - and _ only');

/** A network that is built from a list of layers. */
export const modelSpec = z.strictObject({
  name: modelName,
  layers: z.array(layerSpec).min(1).max(200),
});

/** How pixels of 0 to 255 become the values that a network was trained on. */
export const preprocessing = z.strictObject({
  /** What a pixel of 0 and of 255 become: `value = (pixel / 255) * (to - from) + from`, before what follows. */
  range: z.tuple([z.number().min(-1e6).max(1e6), z.number().min(-1e6).max(1e6)]),
  channelOrder: z.enum(['rgb', 'bgr']).default('rgb'),
  /**
   * Subtracted from and divided by after the range, a value a channel in the order that the network reads; `null`
   * where there is none.
   */
  mean: z.array(z.number().min(-1e6).max(1e6)).min(1).max(4096).nullable().default(null),
  deviation: z.array(z.number().positive().max(1e6)).min(1).max(4096).nullable().default(null),
  /** Light is made dark and dark light first, for a network that learned dark ink on light paper. */
  inverted: z.boolean().default(false),
});

/** A network that others may have trained, opened from a file or a folder. */
export const openedModelSpec = z.strictObject({
  name: modelName,
  /** A file or a folder, where the lab runs. */
  file: z.string().min(1).max(4096),
  /** `null`: as the file says it, else 0 to 1. */
  preprocessing: preprocessing.nullable().default(null),
  /** So many layers with weights, counted from the end, are trained; `null` for all. */
  trainableLayers: z.number().int().min(1).max(10_000).nullable().default(null),
  /** `new` puts a fresh dense layer of the data's classes in the place of the last one. */
  head: z.enum(['keep', 'new']).default('keep'),
});

export const dataSpec = z.discriminatedUnion('source', [
  z.strictObject({ source: z.literal('digits'), seed: seed.default(1), limit }),
  z.strictObject({ source: z.literal('mnist'), folder: folder.nullable().default(null), limit }),
  z.strictObject({ source: z.literal('fashion-mnist'), folder: folder.nullable().default(null), limit }),
  z.strictObject({ source: z.literal('idx'), folder, limit }),
  imageFolderSpec,
  cifar10Spec,
  cifar100Spec,
  /** No images: an opened network is only looked into. */
  z.strictObject({ source: z.literal('none') }),
]);

export const learningRate = z.number().positive().max(10);

/** Defaults are Keras's (keras.io/api/optimizers). */
export const optimizerSpec = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('rmsprop'),
    learningRate: learningRate.default(0.001),
    rho: z.number().min(0).lt(1).default(0.9),
    momentum: z.number().min(0).lt(1).default(0),
    epsilon: z.number().positive().default(1e-7),
  }),
  z.strictObject({
    kind: z.literal('adam'),
    learningRate: learningRate.default(0.001),
    beta1: z.number().min(0).lt(1).default(0.9),
    beta2: z.number().min(0).lt(1).default(0.999),
    epsilon: z.number().positive().default(1e-7),
  }),
  z.strictObject({
    kind: z.literal('sgd'),
    learningRate: learningRate.default(0.01),
    momentum: z.number().min(0).lt(1).default(0),
    nesterov: z.boolean().default(false),
  }),
  z.strictObject({
    kind: z.literal('adagrad'),
    learningRate: learningRate.default(0.001),
    epsilon: z.number().positive().default(1e-7),
  }),
  z.strictObject({
    kind: z.literal('adadelta'),
    learningRate: learningRate.default(0.001),
    rho: z.number().min(0).lt(1).default(0.95),
    epsilon: z.number().positive().default(1e-7),
  }),
  z.strictObject({
    kind: z.literal('adamax'),
    learningRate: learningRate.default(0.001),
    beta1: z.number().min(0).lt(1).default(0.9),
    beta2: z.number().min(0).lt(1).default(0.999),
    epsilon: z.number().positive().default(1e-7),
  }),
]);

/** How the learning rate changes. Shapes and defaults are those of Keras's schedules and of ReduceLROnPlateau. */
export const scheduleSpec = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant') }),
  /** Multiplied by `factor` after every so many epochs. */
  z.strictObject({
    kind: z.literal('step'),
    everyEpochs: z.number().int().min(1).max(10_000).default(10),
    factor: z.number().positive().max(1).default(0.5),
  }),
  /** Half a cosine from the learning rate down to `finalShare` of it at the end of the run. */
  z.strictObject({ kind: z.literal('cosine'), finalShare: z.number().min(0).max(1).default(0) }),
  /** Multiplied by `factor` when the validation loss (without one, the training loss) stops falling. */
  z.strictObject({
    kind: z.literal('plateau'),
    factor: z.number().positive().lt(1).default(0.1),
    patience: z.number().int().min(1).max(10_000).default(10),
    minimumDelta: z.number().min(0).default(1e-4),
    lowest: z.number().min(0).default(0),
  }),
]);

/** Ends a run that no longer improves, as Keras's EarlyStopping does. */
export const earlyStoppingSpec = z.strictObject({
  monitor: z.enum(['loss', 'accuracy', 'validationLoss', 'validationAccuracy']).default('validationLoss'),
  patience: z.number().int().min(1).max(10_000).default(3),
  minimumDelta: z.number().min(0).default(0),
  restoreBest: z.boolean().default(true),
});

/** How training images are changed each time they are seen; test and validation images never are. */
export const augmentationSpec = z.strictObject({
  /** At most this share of height and width, either way. */
  shift: z.number().min(0).max(0.5).default(0),
  /** At most so many degrees, either way. */
  rotate: z.number().min(0).max(180).default(0),
  /** At most this share larger or smaller. */
  zoom: z.number().min(0).max(0.9).default(0),
  flipHorizontal: z.boolean().default(false),
  /** Standard deviation of Gaussian noise, in units of the [0, 1] of a pixel. */
  noise: z.number().min(0).max(1).default(0),
});

export const trainingSpec = z.strictObject({
  epochs: z.number().int().min(1).max(10_000).default(5),
  batchSize: z.number().int().min(1).max(8192).default(64),
  optimizer: optimizerSpec.prefault({ kind: 'rmsprop' }),
  /** The last part of the training images, held back before any shuffling, as Keras's `validation_split`. */
  validationSplit: z.number().min(0).max(0.9).default(0),
  /** Seeds the weights and the order of the images. */
  seed: seed.default(1),
  schedule: scheduleSpec.prefault({ kind: 'constant' }),
  /** The learning rate rises in a line from 0 over so many steps, before the schedule begins. */
  warmUpSteps: z.number().int().min(0).max(10_000_000).default(0),
  earlyStopping: earlyStoppingSpec.nullable().default(null),
  augmentation: augmentationSpec.nullable().default(null),
  /** How much an image of each class counts in the loss, in the order of the classes; `null` for 1 each. */
  classWeights: z.array(z.number().min(0).max(1e6)).min(1).max(10_000).nullable().default(null),
  /** This share of every label is spread over all classes. */
  labelSmoothing: z.number().min(0).lt(1).default(0),
  /** A checkpoint at least this often, beside the one after every epoch. */
  checkpointMinutes: z.number().positive().max(10_000).default(5),
});

/** What is trained: a network that is built, or one that is opened. */
export const recipeModel = z.union([modelSpec, openedModelSpec]);

/** Weights that layers begin with where they did not change; the others, and the optimizer, begin afresh. */
export const initialWeightsSpec = z.strictObject({
  /** The folder of a run, or a model's file or folder, where the lab runs. */
  path: z.string().min(1).max(4096),
});

export const recipe = z.strictObject({
  model: recipeModel,
  data: dataSpec,
  training: trainingSpec,
  initialWeights: initialWeightsSpec.nullable().default(null),
});

export type ModelSpec = Readonly<z.infer<typeof modelSpec>>;
export type Preprocessing = Readonly<z.infer<typeof preprocessing>>;
export type OpenedModelSpec = Readonly<z.infer<typeof openedModelSpec>>;
export type RecipeModel = ModelSpec | OpenedModelSpec;
export type DataSpec = Readonly<z.infer<typeof dataSpec>>;
export type DataSource = DataSpec['source'];
export type OptimizerSpec = Readonly<z.infer<typeof optimizerSpec>>;
export type ScheduleSpec = Readonly<z.infer<typeof scheduleSpec>>;
export type EarlyStoppingSpec = Readonly<z.infer<typeof earlyStoppingSpec>>;
export type AugmentationSpec = Readonly<z.infer<typeof augmentationSpec>>;
export type TrainingSpec = Readonly<z.infer<typeof trainingSpec>>;
export type InitialWeightsSpec = Readonly<z.infer<typeof initialWeightsSpec>>;
export type Recipe = Readonly<z.infer<typeof recipe>>;

export function isOpened(model: RecipeModel): model is OpenedModelSpec {
  return 'file' in model;
}

/** Pixels scaled to [0, 1]: what is taken where neither file nor person says anything. */
export const usualPreprocessing: Preprocessing = preprocessing.parse({ range: [0, 1] });

/** The first fault that a schema found, as one sentence that names the field: `epochs: must be at least 1`. */
export function describeIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'it does not fit its description';
  const { path, message } = innermost(issue);
  const place = path.map(String).join('.');
  const sentence = message.replace(/^Invalid input: /, '');
  return place === '' ? sentence : `${place}: ${sentence}`;
}

/**
 * What fits none of several descriptions is judged by the one that it fits best: that with the fewest faults. So a
 * misspelt layer is not explained by how opened models are described.
 */
export function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const [nearest] = issue.errors.filter((faults) => faults.length > 0).sort((a, b) => a.length - b.length);
  const fault = nearest?.[0];
  return fault === undefined ? issue : innermost({ ...fault, path: [...issue.path, ...fault.path] });
}
