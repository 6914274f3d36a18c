/** What the simulated lab says of its images: digits that repeat, so that doubles are there to be looked at. */
import type { BrowsedImages, BrowseRequest, DataSurvey, SplitName } from '#shared/data-survey';
import type { NetworkInfo } from '#shared/api';
import { imageSize, type ImageSet } from '#shared/images';

export function fakeSurvey({
  classes,
  trainingImages,
  validationImages,
  testImages,
}: NetworkInfo): DataSurvey {
  const split = (images: number) => ({
    images,
    classes: Int32Array.from(classes, (_, label) =>
      Math.floor((images + classes.length - 1 - label) / classes.length),
    ),
    brightness: 33.3,
    borderBrightness: 0,
  });
  const members = (['training', 'test'] as const).map((name) => ({ split: name, index: 3, label: 3 }));
  return {
    name: 'digits',
    classes,
    shape: [28, 28, 1],
    splits: { training: split(trainingImages), validation: split(validationImages), test: split(testImages) },
    duplicates: {
      groups: [{ kind: 'exact', members, size: 2, leaks: true, disagrees: false }],
      exactGroups: 1,
      nearGroups: 0,
      leaked: 1,
      complete: true,
    },
    warnings: [
      {
        about: 'leak',
        title: 'Test images that were trained on',
        text: '1 test or validation image stands among the training images too.',
      },
    ],
    skipped: [{ file: '7/broken.png', reason: 'it is cut short' }],
  };
}

/** @param drawn the images that exist; others repeat them */
export function fakeBrowse(request: BrowseRequest, drawn: ImageSet, info: NetworkInfo): BrowsedImages {
  const counts: Readonly<Record<SplitName, number>> = {
    training: info.trainingImages,
    validation: info.validationImages,
    test: info.testImages,
  };
  const { shown, total } = placesOf(request, counts[request.split], drawn);
  const size = imageSize(drawn.shape);
  const pixels = new Uint8Array(shown.length * size);
  shown.forEach((index, at) => {
    const from = (index % drawn.count) * size;
    pixels.set(drawn.pixels.subarray(from, from + size), at * size);
  });
  return {
    total,
    shape: drawn.shape,
    pixels,
    indices: Int32Array.from(shown),
    labels: Int32Array.from(shown, (index) => drawn.labels[index % drawn.count] ?? 0),
  };
}

function placesOf(
  request: BrowseRequest,
  count: number,
  { labels, count: drawn }: ImageSet,
): { readonly shown: readonly number[]; readonly total: number } {
  if (request.by === 'index') return { shown: request.indices, total: request.indices.length };
  const all = Array.from({ length: count }, (_, index) => index).filter(
    (index) => request.label === null || labels[index % drawn] === request.label,
  );
  return { shown: all.slice(request.from, request.from + request.count), total: all.length };
}
