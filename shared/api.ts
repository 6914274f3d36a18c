/**
 * The contract of lab and window. The window calls `LabApi`; the lab reports through `WindowApi`. Everything here
 * is plain data and typed arrays, so that it crosses MessagePorts, sockets and process boundaries unchanged.
 */
import { z } from 'zod';
import { dataArguments, type DataApi } from './data-survey';
import type { Problem } from './errors';
import {
  evidenceRequest,
  topImagesRequest,
  type Evidence,
  type EvidenceRequest,
  type TopImages,
  type TopImagesRequest,
} from './evidence';
import { exportArguments, type ExportApi } from './export';
import type { Frame } from './frames';
import type { ImageShape } from './images';
import { insightArguments, type InsightApi, type InsightProgress } from './insight';
import { modelsArguments, type ModelCard, type ModelsApi } from './models';
import { saveFormatId, type SavedFile, type SaveFormatId } from './saving';
import { dataSpec, learningRate, modelSpec, recipe, recipeModel, type ModelSpec, type Recipe } from './spec';

// ---------------------------------------------------------------------------------------------------- engine

/** One way to compute, as `doctor` lists it. */
export interface EngineCandidate {
  readonly title: string;
  readonly status: 'in use' | 'available' | 'unavailable';
  /** Why it is not used, as a sentence; `null` for the one in use. */
  readonly reason: string | null;
  /** A command or step that mends it, where there is one. */
  readonly remedy: string | null;
}

export interface EngineReport {
  readonly engine: 'tensorflow' | 'wasm';
  /** `TensorFlow` or `WebAssembly`. */
  readonly title: string;
  readonly version: string;
  /** For example `CPU, 2 cores`. */
  readonly device: string;
  /** Further facts worth knowing, such as `oneDNN on`. */
  readonly notes: readonly string[];
  /** From the best to the floor. */
  readonly candidates: readonly EngineCandidate[];
}

// ----------------------------------------------------------------------------------------------------- model

/**
 * The cells that one cell of a layer's maps is computed from: `size` rows and columns from row
 * `y * strides[0] - padding[0]` on, and columns alike.
 */
export interface LayerWindow {
  readonly size: readonly [height: number, width: number];
  readonly strides: readonly [height: number, width: number];
  /** Rows above and columns to the left that are made up. */
  readonly padding: readonly [top: number, left: number];
  /** Only cells of the same channel are read, as in pooling. */
  readonly perChannel: boolean;
}

export interface LayerSummary {
  readonly name: string;
  /** The class name as Keras prints it: `Conv2D`. */
  readonly type: string;
  /** Without the batch dimension. */
  readonly outputShape: readonly number[];
  readonly parameters: number;
  /** For one image, a multiplication and an addition counted as two; `null` where nobody can tell. */
  readonly flops: number | null;
  readonly activation: string | null;
  /** The layers that it reads, by their names; `null` where nobody can tell. */
  readonly inputs: readonly string[] | null;
  /** `null` for layers that read all of their input, such as dense ones, and where nobody can tell. */
  readonly window: LayerWindow | null;
}

export interface ModelSummary {
  readonly name: string;
  readonly inputShape: ImageShape;
  readonly layers: readonly LayerSummary[];
  readonly parameters: number;
  readonly trainableParameters: number;
  /** Of all layers together, for one image on its way forward. */
  readonly flops: number | null;
  /** The table as Keras's `model.summary()` prints it. */
  readonly text: string;
}

/** A layer of a network that is being edited. */
export interface DraftLayer {
  readonly name: string;
  readonly type: string;
  /** Without the batch; `null`, as all that follows, from the first mistake on. */
  readonly outputShape: readonly number[] | null;
  readonly parameters: number | null;
  readonly flops: number | null;
}

export interface ModelMistake {
  /** Index of the layer that causes it or can mend it. */
  readonly layer: number;
  /** Whether the layer does not fit what it is given, or the whole cannot be trained on the data's classes. */
  readonly about: 'layer' | 'output';
  /** A sentence that begins after the layer's name and lacks its point: `a 3x3 window does not fit a 2x2 map`. */
  readonly message: string;
}

/** A network that is being edited, as far as it can be told. */
export interface ModelDraft {
  readonly name: string;
  readonly inputShape: ImageShape;
  readonly classes: number;
  readonly layers: readonly DraftLayer[];
  /** In the order of the layers; a model without any can be trained. */
  readonly mistakes: readonly ModelMistake[];
  /** These count the layers before the first mistake. */
  readonly parameters: number;
  readonly trainableParameters: number;
  readonly flops: number;
}

export interface Preset {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly spec: ModelSpec;
}

export interface DataSource {
  readonly id: 'digits' | 'mnist' | 'fashion-mnist' | 'idx' | 'images' | 'cifar10' | 'cifar100' | 'none';
  readonly title: string;
  readonly about: string;
}

// --------------------------------------------------------------------------------------------------- session

/** A piece of work with a bar: opening data, downloading, drawing digits. */
export interface Task {
  readonly label: string;
  /** 0 to 1, or `null` while the end is not known. */
  readonly fraction: number | null;
}

/** The network on the bench. */
export interface NetworkInfo {
  readonly summary: ModelSummary;
  readonly classes: readonly string[];
  readonly trainingImages: number;
  readonly validationImages: number;
  readonly testImages: number;
  /** How steps are computed. */
  readonly step: 'eager' | 'compiled' | 'graph';
  /** What is told of the file of an opened network; `null` for one that was built, and for a run that goes on. */
  readonly card: ModelCard | null;
  /** What the recipe's `initialWeights` came to; `null` where all weights are fresh, and for a run that goes on. */
  readonly initialWeights: InitialWeights | null;
}

/** Which layers began with the weights of an earlier network. Layers without weights are not named. */
export interface InitialWeights {
  readonly path: string;
  readonly kept: readonly string[];
  readonly fresh: readonly string[];
}

export interface RunInfo {
  readonly id: string;
  readonly folder: string;
  readonly startedAt: string;
}

/** How far training is. */
export interface Progress {
  /** Counted from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Batches trained in this epoch. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  /** What the last batch was trained with. */
  readonly learningRate: number;
  /** Over the last few seconds, without pauses; `null` before the first batch. */
  readonly imagesPerSecond: number | null;
  readonly secondsLeft: number | null;
}

/** Filters that no image shown excites. */
export interface DeadFilters {
  readonly layer: string;
  readonly channels: readonly number[];
  /** Filters of the layer, dead or alive. */
  readonly of: number;
}

/** One epoch's metrics, averaged over its images as Keras does. */
export interface EpochMetrics {
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
  /** `null` when nothing is held back for validation. */
  readonly validationLoss: number | null;
  readonly validationAccuracy: number | null;
  /** What the schedule came to at the end of the epoch. */
  readonly learningRate: number;
  readonly imagesPerSecond: number;
  readonly seconds: number;
  readonly deadFilters: readonly DeadFilters[];
}

export interface RunResult {
  readonly engine: EngineReport['engine'];
  readonly parameters: number;
  readonly testLoss: number;
  readonly testAccuracy: number;
  readonly imagesPerSecond: number;
  readonly ended: 'completed' | 'stopped' | 'diverged' | 'early-stopped';
}

/** A run among those that are kept. */
export interface RunListing extends RunInfo {
  readonly recipe: Recipe;
  /** Epochs trained to their end. */
  readonly epochs: number;
  readonly lastEpoch: EpochMetrics | null;
  /** `null` for a run that did not end: it can be resumed. */
  readonly result: RunResult | null;
}

/** How a run goes on. */
export const resumption = z.strictObject({
  /** The run's folder. */
  folder: z.string().min(1).max(4096),
  /** Replaces the learning rate, for a run that diverged. */
  learningRate: learningRate.optional(),
  /** Trains up to so many epochs, for a run that is complete. */
  epochs: z.number().int().min(1).max(10_000).optional(),
});
export type Resumption = Readonly<z.infer<typeof resumption>>;

/** What the lab is doing. Every state that the window draws is one of these. */
export type Session =
  | { readonly phase: 'empty' }
  | { readonly phase: 'preparing'; readonly recipe: Recipe; readonly task: Task }
  | { readonly phase: 'ready'; readonly recipe: Recipe; readonly network: NetworkInfo }
  | {
      readonly phase: 'training' | 'evaluating';
      readonly recipe: Recipe;
      readonly network: NetworkInfo;
      readonly run: RunInfo;
    }
  | {
      readonly phase: 'paused';
      readonly recipe: Recipe;
      readonly network: NetworkInfo;
      readonly run: RunInfo;
      /** Why the run paused by itself, such as a full disk; resuming tries again. `null` if a person paused it. */
      readonly problem: Problem | null;
    }
  | {
      readonly phase: 'finished';
      readonly recipe: Recipe;
      readonly network: NetworkInfo;
      readonly run: RunInfo;
      readonly result: RunResult;
    }
  | { readonly phase: 'failed'; readonly recipe: Recipe; readonly problem: Problem };

export type SessionPhase = Session['phase'];

/** Metrics since the last message. `firstStep` lets a receiver see that none is missing. */
export interface MetricsUpdate {
  readonly firstStep: number;
  /** The loss and accuracy of each batch by itself. */
  readonly loss: Float32Array;
  readonly accuracy: Float32Array;
  readonly epochs: readonly EpochMetrics[];
  readonly progress: Progress | null;
}

/** All that a window needs to draw a session that began without it. */
export interface Snapshot {
  readonly session: Session;
  readonly metrics: MetricsUpdate;
  readonly frame: Frame | null;
}

export interface LabDescription {
  readonly version: string;
  readonly engine: EngineReport;
  readonly presets: readonly Preset[];
  readonly sources: readonly DataSource[];
  readonly defaultRecipe: Recipe;
  readonly runsFolder: string;
}

/** How a network reads the images of one class. Shares are NaN where there is nothing to share. */
export interface ClassScore {
  readonly correct: number;
  /** Images that belong to the class. */
  readonly support: number;
  /** Of those read as this class, the share that is. */
  readonly precision: number;
  /** Of those that are this class, the share read as it. */
  readonly recall: number;
}

/** Test images that were misread, the most confident mistakes first; not more than the lab keeps. */
export interface Mistakes {
  readonly images: Int32Array;
  readonly labels: Int32Array;
  /** The class that each was read as. */
  readonly readAs: Int32Array;
  /** The probability that the network gave to that class, 0 to 1. */
  readonly confidences: Float32Array;
}

/** How the network on the bench reads the test images. */
export interface Evaluation {
  readonly images: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly topK: { readonly k: number; readonly accuracy: number };
  readonly classes: readonly ClassScore[];
  /** Row-major: `confusion[label * classes + predicted]` images. */
  readonly confusion: Int32Array;
  readonly mistakes: Mistakes;
}

// ----------------------------------------------------------------------------------------------------- probe

/** The largest file of a picture that a window shows the network. */
export const maxPictureBytes = 16 * 2 ** 20;

/** The largest drawing that is read, in pixels a side. */
export const maxDrawingSide = 512;

export const probeChoice = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sample'), index: z.number().int().min(0) }),
  /** White on black, one byte a pixel; the lab centres and scales it as MNIST was made. */
  z
    .strictObject({
      kind: z.literal('drawing'),
      side: z.number().int().min(8).max(maxDrawingSide),
      pixels: z.instanceof(Uint8Array),
    })
    .refine(({ side, pixels }) => pixels.length === side * side, 'pixels must hold side x side bytes'),
  /** A picture's file: PNG, JPEG, WebP or BMP. */
  z.strictObject({
    kind: z.literal('image'),
    bytes: z
      .instanceof(Uint8Array)
      .refine(({ length }) => length <= maxPictureBytes, 'a picture may have 16 MB at most'),
  }),
]);
export type ProbeChoice = Readonly<z.infer<typeof probeChoice>>;

export const sampleRange = z.strictObject({
  from: z.number().int().min(0),
  count: z.number().int().min(1).max(1000),
});
export type SampleRange = Readonly<z.infer<typeof sampleRange>>;

/** Test images to pick a probe from. */
export interface Samples {
  readonly from: number;
  readonly total: number;
  readonly shape: ImageShape;
  readonly pixels: Uint8Array;
  readonly labels: Int32Array;
}

// -------------------------------------------------------------------------------------------------- contract

/** What a window may ask of the lab. */
export interface LabApi extends ModelsApi, InsightApi, DataApi, ExportApi {
  describe(): Promise<LabDescription>;
  /** Subscribes the calling window; from now on it is told through `WindowApi`. */
  join(): Promise<Snapshot>;
  summarize(model: Recipe['model'], data: Recipe['data']): Promise<ModelSummary>;
  /** Describes a model that is being edited, mistakes and all. */
  summarizeDraft(model: ModelSpec, data: Recipe['data']): Promise<ModelDraft>;
  /** Puts an untrained network of this recipe on the bench. */
  prepare(recipe: Recipe): Promise<void>;
  /** Trains from scratch and resolves as soon as the run has begun. */
  train(recipe: Recipe): Promise<void>;
  /** Goes on from the last whole checkpoint of a run; resolves as soon as training has begun. */
  resumeRun(resumption: Resumption): Promise<void>;
  /** Every run that is kept, newest first. */
  runs(): Promise<readonly RunListing[]>;
  /** Changes the rate that the schedule of the run in progress goes on from. */
  setLearningRate(learningRate: number): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends the run after the current batch; the network as it is stays on the bench. */
  stop(): Promise<void>;
  /** Shows the network another image. */
  probe(choice: ProbeChoice): Promise<void>;
  samples(range: SampleRange): Promise<Samples>;
  /** Reads all test images with the network as it is now. */
  evaluate(): Promise<Evaluation>;
  /** The network as it is now, as the files of a format; training goes on meanwhile. */
  saveNetwork(format: SaveFormatId): Promise<readonly SavedFile[]>;
  /** What in the probe speaks for a class, by the network as it is now; training goes on meanwhile. */
  evidence(request: EvidenceRequest): Promise<Evidence>;
  /** The test images that excite filters of a layer most, by the network as it is now. */
  topImages(request: TopImagesRequest): Promise<TopImages>;
}

/** What the lab tells a window. */
export interface WindowApi {
  sessionChanged(session: Session): void;
  /** Never dropped; at most 20 a second. */
  metricsArrived(update: MetricsUpdate): void;
  /** The next frame is sent when this one has been answered; those between are dropped. */
  frameArrived(frame: Frame): Promise<void> | void;
  /** How far a request of this window about filters is. A window that does not listen misses nothing else. */
  insightProgressed?(progress: InsightProgress): void;
}

/** What the lab's door checks before a call is let in. */
export const labArguments = {
  ...modelsArguments,
  ...insightArguments,
  ...dataArguments,
  ...exportArguments,
  describe: z.tuple([]),
  join: z.tuple([]),
  summarize: z.tuple([recipeModel, dataSpec]),
  summarizeDraft: z.tuple([modelSpec, dataSpec]),
  prepare: z.tuple([recipe]),
  train: z.tuple([recipe]),
  resumeRun: z.tuple([resumption]),
  runs: z.tuple([]),
  setLearningRate: z.tuple([learningRate]),
  pause: z.tuple([]),
  resume: z.tuple([]),
  stop: z.tuple([]),
  probe: z.tuple([probeChoice]),
  samples: z.tuple([sampleRange]),
  evaluate: z.tuple([]),
  saveNetwork: z.tuple([saveFormatId]),
  evidence: z.tuple([evidenceRequest]),
  topImages: z.tuple([topImagesRequest]),
} as const satisfies Record<keyof LabApi, z.ZodType>;
