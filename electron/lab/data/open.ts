import path from 'node:path';
import { Refusal } from '#shared/errors';
import type { DataSpec } from '#shared/spec';
import { cacheFolder } from '../../setup/engine/cache.mjs';
import { openCifar } from './cifar/open-cifar';
import type { DataSet, OpeningWatch } from './data-set';
import { openDigits } from './digits/open-digits';
import { fetchPublished } from './fetch-published';
import { openIdxFolder } from './idx-folder';
import { openImageFolder } from './images/open-image-folder';
import { fashionMnist, mnist, type PublishedSet } from './published';

/** Said where a network needs images and the recipe names none. */
export const noImages =
  'There are no images to train on or to test with: choose the data that the network reads.';

/**
 * Opens the images that a recipe names. Files are read and checked here, digits drawn when they are asked for.
 * Throws a `Refusal` for what a person can mend, and the signal's reason when aborted.
 */
export function openData(spec: DataSpec, watch: OpeningWatch): Promise<DataSet> {
  switch (spec.source) {
    case 'digits':
      return Promise.resolve(openDigits(spec.seed, spec.limit));
    case 'mnist':
      return openPublished(mnist, spec, watch);
    case 'fashion-mnist':
      return openPublished(fashionMnist, spec, watch);
    case 'idx':
      return openIdxFolder(spec.folder, spec.limit, null);
    case 'images':
      return openImageFolder(spec, watch);
    case 'cifar10':
    case 'cifar100':
      return openCifar(spec, watch);
    case 'none':
      return Promise.reject(new Refusal(noImages));
  }
}

/** Takes the folder that was named as it is; without one, the cache, where missing files are fetched first. */
export async function openPublished(
  set: PublishedSet,
  { folder, limit }: { readonly folder: string | null; readonly limit: number | null },
  watch: OpeningWatch,
  cache: string = cacheFolder(),
): Promise<DataSet> {
  const found = folder ?? path.join(cache, 'data', set.id);
  if (folder === null) await fetchPublished(set, found, watch);
  watch.report({ label: `Reading ${set.title}`, fraction: null });
  return { ...(await openIdxFolder(found, limit, set.classes)), name: set.id };
}
