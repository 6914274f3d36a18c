import { z } from 'zod';

/** The parts of a recipe that say where images come from and what is made of them (spec.ts joins them). */

/** At most this many images, of the training and of the test split each; `null` takes all. */
export const limit = z.number().int().min(1).max(10_000_000).nullable().default(null);
export const folder = z.string().min(1).max(4096);
export const seed = z.number().int().min(0).max(0xffff_ffff);

/** The largest image that is made of a picture, in pixels a side. */
export const maxImageSide = 1024;
const side = z.number().int().min(1).max(maxImageSide);

/** Pictures in files: a folder a class, or a labels.csv beside them. */
export const imageFolderSpec = z.strictObject({
  source: z.literal('images'),
  folder,
  limit,
  /** Height and width of every image; `null` for the size that most pictures have. */
  size: z.tuple([side, side]).nullable().default(null),
  /**
   * What becomes of a picture of another shape: it is stretched, shown whole between bars, or cut. `centre` makes
   * drawings of white on black into images like MNIST's: the ink scaled to its box, its centre of mass in the middle.
   */
  fit: z.enum(['stretch', 'contain', 'cover', 'centre']).default('stretch'),
  /** 1 for grey, 3 for colour; `null` for grey where every picture is grey. */
  channels: z
    .union([z.literal(1), z.literal(3)])
    .nullable()
    .default(null),
  /** What is seen through transparent pixels and in bars. */
  background: z.enum(['white', 'black']).default('white'),
  /** Light becomes dark and dark light, for black ink on white where networks learned white on black. */
  invert: z.boolean().default(false),
  /** Which share of each class is held back for testing where the folder has no test images of its own. */
  testShare: z.number().positive().max(1).default(0.2),
  /** Which images these are, and in what order the images stand. */
  seed: seed.default(1),
});

/** The binary version of CIFAR-10 or CIFAR-100: a folder, or the .tar.gz as it is published. */
export const cifar10Spec = z.strictObject({ source: z.literal('cifar10'), folder, limit });
export const cifar100Spec = z.strictObject({ source: z.literal('cifar100'), folder, limit });

export type ImageFolderSpec = Readonly<z.infer<typeof imageFolderSpec>>;
export type CifarSpec = Readonly<z.infer<typeof cifar10Spec>> | Readonly<z.infer<typeof cifar100Spec>>;
