/**
 * What a window may ask of a network's insides, and what it is answered. Pictures are those of `pictures.ts`; what
 * else belongs to them (which filter, how far the ascent rose, what is dead) stands beside them in the same order.
 */
import { z } from 'zod';
import type { PictureSheet } from './pictures';

/** Chosen by the window: progress and `cancelInsight` name the request by it. One window uses none twice at a time. */
const id = z.number().int().min(0);
const layerName = z.string().min(1).max(512);
const channel = z.number().int().min(0).max(1_000_000);

// -------------------------------------------------------------------------------------------------- kernels

/** What of a kernel with several input channels is drawn. */
export const kernelView = z.discriminatedUnion('kind', [
  /** One input channel as it is, three as colours; more as their L2 norm. */
  z.strictObject({ kind: z.literal('whole') }),
  z.strictObject({ kind: z.literal('channel'), channel }),
  /** Over the input channels. */
  z.strictObject({ kind: z.literal('mean') }),
  z.strictObject({ kind: z.literal('norm') }),
]);
export type KernelView = Readonly<z.infer<typeof kernelView>>;

export const kernelsRequest = z.strictObject({
  id: id.default(0),
  layer: layerName,
  view: kernelView.default({ kind: 'whole' }),
  /** `similarity`: each filter stands beside the one that is most like it. */
  order: z.enum(['index', 'norm', 'similarity']).default('index'),
});
export type KernelsRequest = Readonly<z.infer<typeof kernelsRequest>>;

/** Why a filter is called dead. */
export interface DeadEvidence {
  /** A sentence for people. */
  readonly sentence: string;
  /** Images that it was shown. */
  readonly images: number;
  /** The highest value, before the activation, that any of them reached; `null` where none was shown. */
  readonly highest: number | null;
}

/** What is known of one kernel. */
export interface KernelFacts {
  /** The filter, counted from 0. */
  readonly channel: number;
  /** The L2 norm of all its weights, without the bias. */
  readonly norm: number;
  /** `null` where the layer has none. */
  readonly bias: number | null;
  /** The filter most like it, by the cosine of their weights; `null` where there is none other. */
  readonly nearest: { readonly channel: number; readonly cosine: number } | null;
  /** It and its nearest are practically one filter (cosine of at least 0.99). */
  readonly duplicate: boolean;
  readonly dead: DeadEvidence | null;
}

export interface Kernels {
  readonly layer: string;
  /** The class name as Keras prints it. */
  readonly type: string;
  /** Of one filter: height, width and input channels. */
  readonly kernelShape: readonly [height: number, width: number, channels: number];
  /** What was drawn; never `whole`, unless colours are. */
  readonly view: KernelView;
  readonly sheet: PictureSheet;
  /** One for each picture, in their order. */
  readonly facts: readonly KernelFacts[];
}

// ------------------------------------------------------------------------------------------------- patterns

/** How many filters may be asked for at once; `all` of a larger layer is refused. */
export const mostPatterns = 4096;

const side = z.number().int().min(1).max(2048);
const weight = z.number().min(0).max(100);

/** Penalties of what no image of the world has. Weights are in units of the objective's own pull on the image. */
export const patternPenalties = z.strictObject({
  /** Differences of neighbouring pixels (Mahendran and Vedaldi 2015). */
  totalVariation: weight.optional(),
  /** Distance from the image's mid-grey. */
  l2: weight.optional(),
  /** Distance from the image's own blurred copy (Yosinski et al. 2015). */
  blur: weight.optional(),
});

/**
 * What is ascended of a filter's map before the activation: `map` its mean; `texture` how far it rises above its
 * mean, which shows what the filter tells apart where the mean of a first layer's map shows brightness alone; `cell` one
 * cell. Of units and classes, whose maps are single cells, all three are their value: they are drawn, and answered, as
 * `map`.
 */
const patternObjective = z.enum(['map', 'texture', 'cell']).default('texture');

export const patternsRequest = z.strictObject({
  id: id.default(0),
  /** `null`: the classes, that is the last layer before its softmax. */
  layer: layerName.nullable().default(null),
  /** Filters, units or classes, counted from 0. */
  channels: z.union([z.literal('all'), z.array(channel).min(1).max(mostPatterns)]).default('all'),
  objective: patternObjective,
  /** For `cell`; `null` is the middle of the map. */
  cell: z
    .strictObject({ row: z.number().int().min(0), column: z.number().int().min(0) })
    .nullable()
    .default(null),
  steps: z.number().int().min(1).max(10_000).default(64),
  seed: z.number().int().min(0).max(0xffff_ffff).default(0),
  /** Of the image; `null` as the network reads it. Others only up to layers that take any size. */
  size: z.strictObject({ height: side, width: side }).nullable().default(null),
  /** Of Adam, in the units of the spectrum that the image is made of. `null`: as the size asks for. */
  learningRate: z.number().positive().max(100).nullable().default(null),
  /** Pixels that the image is moved by at most, to and fro; `null`: as the size asks for. */
  jitter: z.number().int().min(0).max(256).nullable().default(null),
  /** `spectrum`: from all frequencies at once (Olah et al. 2017). `scales`: from coarse ones, finer ones joining. */
  start: z.enum(['spectrum', 'scales']).default('spectrum'),
  penalties: patternPenalties.default({}),
});
export type PatternsRequest = Readonly<z.infer<typeof patternsRequest>>;

/** What one filter looks for. */
export interface PatternFacts {
  readonly channel: number;
  /** The objective of the pattern as it is drawn. */
  readonly response: number;
  /** The objective before every step, the last one's result at the end; empty for a dead filter. */
  readonly rise: Float32Array;
  /** The best of the images shown as evidence; `null` where there were none. */
  readonly bestImage: { readonly index: number; readonly response: number } | null;
  /** Its picture is empty then. */
  readonly dead: DeadEvidence | null;
}

export interface Patterns {
  readonly layer: string;
  /** In the order asked for. `image` scale. */
  readonly sheet: PictureSheet;
  readonly facts: readonly PatternFacts[];
  /** The request with every default filled in as it was used. */
  readonly used: PatternsRequest;
}

// ------------------------------------------------------------------------------------------------ evolution

export const evolutionRequest = z.strictObject({
  id: id.default(0),
  /** The run's folder; `null`: the run whose network is on the bench. */
  run: z.string().min(1).max(4096).nullable().default(null),
  layer: layerName,
  channel,
  of: z.enum(['kernel', 'pattern', 'response']),
  /** For `response`: a test image; `null`: the one that the lab shows the network. */
  image: z.number().int().min(0).nullable().default(null),
  view: kernelView.default({ kind: 'whole' }),
  /** For `pattern`; every checkpoint's ascent starts from the same image. */
  objective: patternObjective,
  steps: z.number().int().min(1).max(10_000).default(64),
  seed: z.number().int().min(0).max(0xffff_ffff).default(0),
  /** At most so many checkpoints, the first and the last among them. */
  most: z.number().int().min(1).max(1000).default(60),
});
export type EvolutionRequest = Readonly<z.infer<typeof evolutionRequest>>;

/** A moment of a run. */
export interface EvolutionMoment {
  /** Batches trained. */
  readonly step: number;
  /** Epochs trained to their end. */
  readonly epoch: number;
}

export interface Evolution {
  readonly layer: string;
  readonly channel: number;
  /** A picture a checkpoint, oldest first, named by epoch and step. */
  readonly sheet: PictureSheet;
  readonly moments: readonly EvolutionMoment[];
}

// ------------------------------------------------------------------------------------------------- progress

/** How far a request is, told to the window that made it. */
export interface InsightProgress {
  readonly id: number;
  readonly label: string;
  /** 0 to 1. */
  readonly fraction: number;
}

/** The part of the lab's contract that is about filters. Progress comes to `WindowApi.insightProgressed`. */
export interface InsightApi {
  /** A layer's kernels, by the network as it is now; training goes on meanwhile. */
  kernels(request: KernelsRequest): Promise<Kernels>;
  /** What filters look for, by the network as it is now; training goes on meanwhile. */
  patterns(request: PatternsRequest): Promise<Patterns>;
  /** How a filter came to be, checkpoint by checkpoint. */
  evolution(request: EvolutionRequest): Promise<Evolution>;
  /** Refuses the calling window's request of this id with `cancelledInsight`; does nothing once it is answered. */
  cancelInsight(id: number): Promise<void>;
}

export const insightArguments = {
  kernels: z.tuple([kernelsRequest]),
  patterns: z.tuple([patternsRequest]),
  evolution: z.tuple([evolutionRequest]),
  cancelInsight: z.tuple([id]),
} as const satisfies Record<keyof InsightApi, z.ZodType>;

/** What a request that was cancelled is refused with. */
export const cancelledInsight = 'It was cancelled.';
