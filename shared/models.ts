/** Models that others trained, as the window knows them: what a file holds, and what a person has said about it. */
import { z } from 'zod';
import type { ImageShape } from './images';
import { preprocessing, type Preprocessing } from './spec';

/** What is set of a layer: `kernel size` is `3 × 3`. */
export interface LayerAttribute {
  /** In the field's words for layers of Keras and TensorFlow.js; else as the file calls it, such as `auto_pad`. */
  readonly name: string;
  readonly value: string | number;
}

/** Of all values of a weight. */
export interface WeightStatistics {
  readonly least: number;
  readonly mean: number;
  readonly largest: number;
  /** The standard deviation. */
  readonly deviation: number;
}

export interface LayerWeight {
  /** As the layer calls it, such as `kernel`; of graphs as the file does. */
  readonly name: string;
  readonly shape: readonly number[];
  /** `null` where there are too many values to go through on the way, and for those that are no numbers. */
  readonly statistics: WeightStatistics | null;
}

/** A layer as the model's file lists it. */
export interface CardLayer {
  readonly name: string;
  /** The class as the file names it, such as `Conv2D`; of graphs the operation. */
  readonly type: string;
  /** Without the batch; `null` for unknown sizes, and for layers whose output is not known at all. */
  readonly outputShape: readonly (number | null)[] | null;
  readonly parameters: number;
  /** For one image; `null` where it is not known. */
  readonly flops: number | null;
  /** Why the layer cannot be shown, as half a sentence that follows its name; `null` for one that runs. */
  readonly problem: string | null;
  /**
   * Names of the layers whose outputs it reads, those within nested models included, and of inputs of the network that
   * are no layers; of a layer that is used several times what it reads in all uses. `null` where it is not known.
   */
  readonly inputs: readonly string[] | null;
  readonly attributes: readonly LayerAttribute[];
  readonly weights: readonly LayerWeight[];
  /** So many of the layers that follow are within this one, a nested model; 0 of any other layer. */
  readonly within: number;
}

/** Where a fact about a model comes from: its files, an answer that was given before, or what is usual. */
export type FactOrigin = 'file' | 'remembered' | 'assumed';

/** All that is told of a model's file. */
export interface ModelCard {
  /** Where it lies, for the lab. */
  readonly file: string;
  /** As recipes call it. */
  readonly name: string;
  /** For people: `Keras 2 HDF5`. */
  readonly format: string;
  readonly producer: string | null;
  readonly version: string | null;
  readonly kind: 'layers' | 'graph';
  readonly parameters: number;
  /** Of all weights as 32-bit numbers. */
  readonly weightBytes: number;
  /** Of all layers' outputs for one image as 32-bit numbers; `null` where sizes are not known before a run. */
  readonly activationBytes: number | null;
  /** For one image; `null` where it is not known. */
  readonly flops: number | null;
  /** As the file has it, without the batch; `null` for unknown sizes. */
  readonly inputShape: readonly (number | null)[];
  /** The images that it takes as they are; `null` where it takes none. */
  readonly images: ImageShape | null;
  readonly preprocessing: Preprocessing;
  /** `assumed`: the file does not say it, so a person should. */
  readonly preprocessingFrom: FactOrigin;
  readonly outputs: readonly { readonly name: string; readonly shape: readonly (number | null)[] | null }[];
  readonly classes: readonly string[] | null;
  readonly classesFrom: FactOrigin;
  readonly layers: readonly CardLayer[];
  /** Layers with weights: so many can be trained or frozen. */
  readonly weightedLayers: number;
  /** Why it cannot be trained further, as a sentence; `null` where it can. */
  readonly untrainable: string | null;
  /** What was not understood, skipped or converted, one sentence each. */
  readonly notes: readonly string[];
}

export interface RecentModel {
  readonly file: string;
  readonly name: string;
  readonly format: string;
  readonly parameters: number;
  /** ISO 8601. */
  readonly openedAt: string;
}

export const modelPath = z.string().min(1).max(4096);
export const classNames = z.array(z.string().trim().min(1).max(200)).min(1).max(10_000);

/** What a person says of a model whose file says it not, or wrongly. `null` goes back to what the file says. */
export const modelAnswers = z.strictObject({
  file: modelPath,
  preprocessing: preprocessing.nullable(),
  classes: classNames.nullable(),
});
export type ModelAnswers = Readonly<z.infer<typeof modelAnswers>>;

/** As many bytes of a file as are sent to the lab at once. */
export const mostPartBytes = 256 * 1024;

/** A part of a file that a browser sends to the lab, in the order of the bytes. */
export const filePart = z.strictObject({
  /** Names the files that belong together, at random. */
  upload: z.uuid(),
  /** Relative, with `/` between. */
  path: z.string().min(1).max(1024),
  offset: z.number().int().min(0),
  bytes: z
    .instanceof(Uint8Array)
    .refine(({ length }) => length <= mostPartBytes, 'more bytes than are taken at once'),
});
export type FilePart = Readonly<z.infer<typeof filePart>>;

export const uploadName = z.uuid();

/** What a window may ask of the lab about models. */
export interface ModelsApi {
  /** Reads a model's file or folder, and remembers it among the recent ones. */
  openModel(path: string): Promise<ModelCard>;
  /** Keeps what a person says of a model, by its content, and describes it anew. */
  describeModel(answers: ModelAnswers): Promise<ModelCard>;
  /** The last opened first. */
  recentModels(): Promise<readonly RecentModel[]>;
  forgetModel(path: string): Promise<void>;
  receiveFile(part: FilePart): Promise<void>;
  /** All parts were sent. Resolves to where the files now lie. */
  finishUpload(upload: string): Promise<string>;
}

export const modelsArguments = {
  openModel: z.tuple([modelPath]),
  describeModel: z.tuple([modelAnswers]),
  recentModels: z.tuple([]),
  forgetModel: z.tuple([modelPath]),
  receiveFile: z.tuple([filePart]),
  finishUpload: z.tuple([uploadName]),
} as const satisfies Record<keyof ModelsApi, z.ZodType>;
