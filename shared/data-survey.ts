/** What is known of the images on the bench, and how they are asked for: the contract of the view of the data. */
import { z } from 'zod';
import type { ImageShape } from './images';

export const splitNames = ['training', 'validation', 'test'] as const;
export type SplitName = (typeof splitNames)[number];

/** A file that was left out. */
export interface SkippedFile {
  /** Relative to the folder that was named. */
  readonly file: string;
  /** Half a sentence: `it is cut short`. */
  readonly reason: string;
}

export interface SplitSurvey {
  readonly images: number;
  /** How many of each class, in the order of the classes. */
  readonly classes: Int32Array;
  /** Mean of all pixels and mean of those along the edges, 0 to 255; NaN without images. */
  readonly brightness: number;
  readonly borderBrightness: number;
}

/** An image of the bench. */
export interface ImagePlace {
  readonly split: SplitName;
  readonly index: number;
  readonly label: number;
}

/** Images that are the same in every pixel, or nearly so. */
export interface DuplicateGroup {
  readonly kind: 'exact' | 'near';
  /** Two or more; not more than are worth showing. */
  readonly members: readonly ImagePlace[];
  /** How many there are, shown or not. */
  readonly size: number;
  /** They stand among the training and among the test or validation images. */
  readonly leaks: boolean;
  /** They are not all of one class. */
  readonly disagrees: boolean;
}

export interface Duplicates {
  /** Those that matter most first: across splits, then of different classes, then exact ones. */
  readonly groups: readonly DuplicateGroup[];
  readonly exactGroups: number;
  readonly nearGroups: number;
  /** Test and validation images of which the training images hold the same or nearly the same. */
  readonly leaked: number;
  /** `false` where there were too many alike to compare them all. */
  readonly complete: boolean;
}

/** Something that a person should look at before training or believing a score. */
export interface DataWarning {
  readonly about: 'leak' | 'labels' | 'polarity' | 'range' | 'constant' | 'balance' | 'source';
  readonly title: string;
  /** Sentences: what is so, and what would do. */
  readonly text: string;
}

export interface DataSurvey {
  readonly name: string;
  readonly classes: readonly string[];
  readonly shape: ImageShape;
  readonly splits: Readonly<Record<SplitName, SplitSurvey>>;
  readonly duplicates: Duplicates;
  readonly warnings: readonly DataWarning[];
  readonly skipped: readonly SkippedFile[];
}

/** The most images of one answer. */
export const browsePage = 200;
const index = z.number().int().min(0);

/** Which images are to be shown: a page of a class or of all, or single ones. */
export const browseRequest = z.discriminatedUnion('by', [
  z.strictObject({
    by: z.literal('class'),
    split: z.enum(splitNames),
    /** `null` for all classes. */
    label: index.nullable(),
    from: index,
    count: z.number().int().min(1).max(browsePage),
  }),
  z.strictObject({
    by: z.literal('index'),
    split: z.enum(splitNames),
    indices: z.array(index).min(1).max(browsePage),
  }),
]);
export type BrowseRequest = Readonly<z.infer<typeof browseRequest>>;

/** Images of the bench, reduced to thumbnails where they are large. */
export interface BrowsedImages {
  /** Images of the class in the split. */
  readonly total: number;
  /** Of the thumbnails. */
  readonly shape: ImageShape;
  readonly pixels: Uint8Array;
  readonly indices: Int32Array;
  readonly labels: Int32Array;
}

/** What a window may ask about the images on the bench. */
export interface DataApi {
  /** Looks through all images; takes seconds for tens of thousands, and is kept as long as they are on the bench. */
  surveyData(): Promise<DataSurvey>;
  browse(request: BrowseRequest): Promise<BrowsedImages>;
}

export const dataArguments = {
  surveyData: z.tuple([]),
  browse: z.tuple([browseRequest]),
} as const satisfies Record<keyof DataApi, z.ZodType>;
