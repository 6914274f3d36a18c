/** What can be exported of a network, in which formats, and the recipe that makes a file again. */
import { z } from 'zod';
import { evidenceMethod } from './evidence';
import { evolutionRequest, kernelsRequest, patternsRequest } from './insight';
import { dataSpec, preprocessing } from './spec';

export const exportFormats = ['png', 'svg', 'npy', 'npz', 'gif', 'glb', 'csv', 'html'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Which formats go with what: the only table of it. */
export const formatsOf = {
  kernels: ['png', 'svg', 'npy', 'npz', 'csv'],
  patterns: ['png', 'svg', 'npy', 'npz', 'csv'],
  maps: ['png', 'svg', 'npy', 'npz', 'glb', 'csv'],
  evidence: ['png', 'svg', 'npy', 'npz', 'csv'],
  evolution: ['png', 'svg', 'npy', 'npz', 'gif', 'csv'],
  report: ['html'],
} as const satisfies Record<string, readonly ExportFormat[]>;
export type ExportKind = keyof typeof formatsOf;

/** `text/html`, as browsers name the content of a format. */
export const mediaTypes: Readonly<Record<ExportFormat, string>> = {
  png: 'image/png',
  svg: 'image/svg+xml',
  npy: 'application/octet-stream',
  npz: 'application/zip',
  gif: 'image/gif',
  glb: 'model/gltf-binary',
  csv: 'text/csv',
  html: 'text/html',
};

const layerName = z.string().min(1).max(512);
/** `null`: every layer with channels. */
const layer = layerName.nullable().default(null);
const side = z.number().int().min(1).max(4096);

/** The largest image that a recipe holds, in bytes. */
const largestImage = 4096 * 4096 * 3;

/** The image that a network is shown. */
export const exportImage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('test'), index: z.number().int().min(0) }),
  /** What the lab shows the network now; only a window knows it. */
  z.strictObject({ kind: z.literal('probe') }),
  z.strictObject({ kind: z.literal('file'), path: z.string().min(1).max(4096) }),
  /** An image that is nowhere else, such as a drawing: a byte a channel, row by row, in base 64. */
  z.strictObject({
    kind: z.literal('pixels'),
    shape: z.tuple([side, side, z.union([z.literal(1), z.literal(3)])]),
    base64: z
      .string()
      .max(Math.ceil(largestImage / 3) * 4)
      .regex(/^[A-Za-z0-9+/]*={0,2}$/),
  }),
]);
export type ExportImage = Readonly<z.infer<typeof exportImage>>;

export const exportWork = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('kernels'),
    layer,
    options: kernelsRequest.omit({ id: true, layer: true }).prefault({}),
  }),
  z.strictObject({
    kind: z.literal('patterns'),
    /** `classes`: what the classes look for; otherwise the filters of a layer, or of every one with channels. */
    of: z
      .union([z.literal('classes'), z.literal('layers'), z.strictObject({ layer: layerName })])
      .default('layers'),
    options: patternsRequest.omit({ id: true, layer: true }).prefault({}),
  }),
  z.strictObject({ kind: z.literal('maps'), layer, image: exportImage }),
  z.strictObject({
    kind: z.literal('evidence'),
    image: exportImage,
    methods: z.array(evidenceMethod).min(1).max(16),
    class: z.union([z.number().int().min(0), z.literal('predicted')]).default('predicted'),
  }),
  z.strictObject({
    kind: z.literal('evolution'),
    options: evolutionRequest.omit({ id: true, run: true }),
  }),
  z.strictObject({
    kind: z.literal('report'),
    /** Steps of the ascent of every filter's pattern; 0 leaves patterns out. */
    steps: z.number().int().min(0).max(10_000).default(64),
    seed: z.number().int().min(0).max(0xffff_ffff).default(0),
  }),
]);
export type ExportWork = Readonly<z.infer<typeof exportWork>>;

/** How a file looks. What a format has no place for is left aside. */
export const exportLook = z.strictObject({
  /** Pixels a cell, whole, nearest neighbour; `null` for pictures that are easily seen. */
  scale: z.number().int().min(1).max(64).nullable().default(null),
  /** Names and numbers, in PNG, SVG and GIF. */
  labels: z.boolean().default(false),
  theme: z.enum(['dark', 'light']).default('dark'),
  /** Of GLB: the share of a layer's scale from which a cell is drawn; 0 leaves out only those that are zero. */
  threshold: z.number().min(0).max(1).default(0),
  /** Of GIF: how long each moment is seen. */
  frameMilliseconds: z.number().int().min(20).max(60_000).default(400),
});
export type ExportLook = Readonly<z.infer<typeof exportLook>>;

export const exportRequest = z
  .strictObject({
    work: exportWork,
    format: z.enum(exportFormats),
    look: exportLook.prefault({}),
  })
  .superRefine(({ work, format }, context) => {
    const why = whyNot(work.kind, format);
    if (why !== null) context.addIssue({ code: 'custom', path: ['format'], message: why });
  });
export type ExportRequest = Readonly<z.infer<typeof exportRequest>>;

/** Why a format does not go with what is exported, as a sentence; `null` where it does. */
export function whyNot(kind: ExportKind, format: ExportFormat): string | null {
  const formats: readonly ExportFormat[] = formatsOf[kind];
  if (formats.includes(format)) return null;
  const others = formats.map((other) => other.toUpperCase()).join(', ');
  const verb = kind === 'evidence' || kind === 'evolution' || kind === 'report' ? 'is' : 'are';
  return `${kind[0]?.toUpperCase()}${kind.slice(1)} ${verb} not exported as ${format.toUpperCase()}; take ${others}.`;
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Which network a file was made of. */
export const exportSubject = z.strictObject({
  /** A run's folder, or a model's file or folder; `null` for a network that was never kept. */
  path: z.string().min(1).max(4096).nullable(),
  /** Of a run: the name of the checkpoint. */
  checkpoint: z.string().min(1).max(256).nullable().default(null),
  /** Of a model: what it expects of pixels; `null` as its file says. */
  preprocessing: preprocessing.nullable().default(null),
  /** The data whose test images are shown; `null` for what a run was trained on. */
  data: dataSpec.nullable().default(null),
});
export type ExportSubject = Readonly<z.infer<typeof exportSubject>>;

/** What lies beside every exported file, so that it can be made again. */
export const exportRecipe = z.strictObject({
  format: z.literal('convscope-export'),
  version: z.literal(1),
  convscope: z.string(),
  engine: z.strictObject({ name: z.string(), version: z.string() }),
  subject: exportSubject,
  /** Of the network's layers and weights. */
  modelSha256: sha256,
  /** Of the pixels that it was shown; `null` where it was shown none. */
  imageSha256: sha256.nullable(),
  request: exportRequest,
  /** Of the file itself. */
  fileSha256: sha256,
});
export type ExportRecipe = Readonly<z.infer<typeof exportRecipe>>;

/** Where a file's recipe lies. */
export function recipePathOf(file: string): string {
  return `${file}.recipe.json`;
}

/** A file as it was made, with its recipe. */
export interface ExportedFile {
  /** As it could be called: `mnist-convnet-conv2d-kernels.png`. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly recipe: ExportRecipe;
}

/** Chosen by the window, as for questions about filters: `insightProgressed` and `cancelExport` name the call by it. */
export const exportCall = z.strictObject({ id: z.number().int().min(0), request: exportRequest });
export type ExportCall = Readonly<z.infer<typeof exportCall>>;

/** The part of the lab's contract that is about files. Progress comes to `WindowApi.insightProgressed`. */
export interface ExportApi {
  /** Makes a file of the network on the bench as it is now; training goes on meanwhile. */
  exportFile(call: ExportCall): Promise<ExportedFile>;
  /** Refuses the calling window's export of this id; does nothing once it is made. */
  cancelExport(id: number): Promise<void>;
}

export const exportArguments = {
  exportFile: z.tuple([exportCall]),
  cancelExport: z.tuple([z.number().int().min(0)]),
} as const satisfies Record<keyof ExportApi, z.ZodType>;
