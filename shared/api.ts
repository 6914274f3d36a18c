/**
 * The contract of lab and window. The window calls `LabApi`; the lab reports through `WindowApi`. Everything here
 * is plain data and typed arrays, so that it crosses MessagePorts, sockets and process boundaries unchanged.
 */
import { z } from 'zod';
import { dataArguments, type DataApi } from './data-survey';
import type { EngineReport } from './engine';
import type { ModelSummary, ModelDraft } from './summary';
import type { Evaluation } from './evaluation';
import { probeChoice, type ProbeChoice, sampleRange, type SampleRange, type Samples } from './probe';
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
import { insightArguments, type InsightApi, type InsightProgress } from './insight';
import { modelsArguments, type ModelCard, type ModelsApi } from './models';
import { saveFormatId, type SavedFile, type SaveFormatId } from './saving';
import { dataSpec, learningRate, modelSpec, recipe, recipeModel, type ModelSpec, type Recipe } from './spec';

// ----------------------------------------------------------------------------------------------------- model

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
  /** Why its epochs or its result are not known, as a sentence; `null` where they are. */
  readonly problem: string | null;
  /** `null` for a run that did not end: it can be resumed. */
  readonly result: RunResult | null;
}

/** What was measured while a run was trained, epoch by epoch. */
export interface RunMetrics {
  readonly epochs: readonly EpochMetrics[];
}

const runFolder = z.string().min(1).max(4096);

/** How a run goes on. */
export const resumption = z.strictObject({
  folder: runFolder,
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
      /** `null` for a run that was interrupted: it can be looked at, and resumed. */
      readonly result: RunResult | null;
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
  /** Puts the network of a run on the bench as it ended, or as its newest checkpoint holds it, with all that was measured. */
  openRun(folder: string): Promise<void>;
  /** Whether a path is the folder of a run. */
  isRun(path: string): Promise<boolean>;
  /** The steps of the checkpoints of the run on the bench, oldest first; of long runs not all. */
  keptSteps(): Promise<readonly number[]>;
  /** What the network made of the probe at one of these steps; refused while the run is trained. */
  frameAt(step: number): Promise<Frame>;
  /** Every run that is kept, newest first. */
  runs(): Promise<readonly RunListing[]>;
  /** What the epochs of a kept run came to. */
  runMetrics(folder: string): Promise<RunMetrics>;
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
  insightProgressed(progress: InsightProgress): void;
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
  openRun: z.tuple([runFolder]),
  isRun: z.tuple([z.string().min(1).max(4096)]),
  keptSteps: z.tuple([]),
  frameAt: z.tuple([z.number().int().min(0)]),
  runs: z.tuple([]),
  runMetrics: z.tuple([runFolder]),
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
