import { createHash } from 'node:crypto';
import type { EngineReport } from '#shared/engine';
import type { ExportedFile, ExportRecipe, ExportRequest, ExportWork } from '#shared/export';
import { Refusal } from '#shared/errors';
import { version } from '../../../../package.json';
import type { OpeningWatch } from '../../data/data-set';
import { exhibitFile } from '../../export/exhibit';
import { evidenceExhibit } from './evidence';
import { evolutionExhibit } from './evolution';
import { kernelsExhibit } from './kernels';
import type { Made } from './made';
import { mapsExhibit } from './maps';
import { patternsExhibit } from './patterns';
import { reportFile } from './report';
import { withLayers, type OpenedSubject } from './subject';

export type UsedEngine = Pick<EngineReport, 'engine' | 'version'>;

/** Makes a file of a network, with the recipe that makes it again. Ends with the signal's reason when it is aborted. */
export async function makeFile(
  opened: OpenedSubject,
  request: ExportRequest,
  engine: UsedEngine,
  watch: OpeningWatch,
): Promise<ExportedFile> {
  const { work, bytes, imageSha256 } = await bytesOf(opened, request, engine, watch);
  watch.signal.throwIfAborted();
  const recipe: ExportRecipe = {
    format: 'convscope-export',
    version: 1,
    convscope: version,
    engine: { name: engine.engine, version: engine.version },
    subject: opened.subject,
    modelSha256: opened.modelSha256,
    imageSha256,
    request: { ...request, work },
    fileSha256: createHash('sha256').update(bytes).digest('hex'),
  };
  return { name: nameOf(opened, request), bytes, recipe };
}

/**
 * Makes the file of a recipe again. Throws a `Refusal` where the network or the image is no longer the one that it
 * was made of.
 */
export async function makeAgain(
  opened: OpenedSubject,
  recipe: ExportRecipe,
  engine: UsedEngine,
  watch: OpeningWatch,
): Promise<ExportedFile> {
  if (opened.modelSha256 !== recipe.modelSha256) {
    throw new Refusal(
      `${opened.name} no longer holds the network that the recipe was made of (its weights or layers differ); ` +
        `export it anew.`,
    );
  }
  const file = await makeFile(opened, recipe.request, engine, watch);
  if (file.recipe.imageSha256 !== recipe.imageSha256) {
    throw new Refusal(
      'The image that the network was shown is no longer the one of the recipe; export it anew.',
    );
  }
  return file;
}

interface Bytes {
  readonly work: ExportWork;
  readonly bytes: Uint8Array;
  readonly imageSha256: string | null;
}

async function bytesOf(
  opened: OpenedSubject,
  { work, format, look }: ExportRequest,
  engine: UsedEngine,
  watch: OpeningWatch,
): Promise<Bytes> {
  if (work.kind === 'report' || format === 'html') {
    if (work.kind !== 'report') throw new Error('Only reports are HTML; the request was not checked.');
    return { work, bytes: await reportFile(withLayers(opened), work, engine, watch), imageSha256: null };
  }
  const made = await exhibitOf(opened, work, watch);
  watch.report({ label: `Writing ${format.toUpperCase()}`, fraction: null });
  const bytes = await exhibitFile(made.exhibit, format, look, watch.signal);
  return { work: made.work, bytes, imageSha256: made.imageSha256 };
}

function exhibitOf(
  opened: OpenedSubject,
  work: Exclude<ExportWork, { readonly kind: 'report' }>,
  watch: OpeningWatch,
): Promise<Made> {
  switch (work.kind) {
    case 'kernels':
      return kernelsExhibit(withLayers(opened), work, watch);
    case 'patterns':
      return patternsExhibit(withLayers(opened), work, watch);
    case 'maps':
      return mapsExhibit(opened, work, watch);
    case 'evidence':
      return evidenceExhibit(withLayers(opened), work, watch);
    case 'evolution':
      return evolutionExhibit(withLayers(opened), work, watch);
  }
}

/** `0003-mnist-seed-conv2d-kernels.png`, fit for every file system. */
function nameOf({ name }: OpenedSubject, { work, format }: ExportRequest): string {
  const parts = [name, ...layerIn(work), work.kind];
  return `${parts.map((part) => part.replace(/[^\p{L}\p{N}_-]+/gu, '_')).join('-')}.${format}`;
}

function layerIn(work: ExportWork): readonly string[] {
  switch (work.kind) {
    case 'kernels':
    case 'maps':
      return work.layer === null ? [] : [work.layer];
    case 'patterns':
      return typeof work.of === 'object' ? [work.of.layer] : work.of === 'classes' ? ['classes'] : [];
    case 'evolution':
      return [work.options.layer, String(work.options.channel), work.options.of];
    case 'evidence':
    case 'report':
      return [];
  }
}
