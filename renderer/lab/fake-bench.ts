import type { NetworkInfo } from '#shared/api';
import type { ProbeChoice } from '#shared/probe';
import type { ProbeSource } from '#shared/frames';
import type { Recipe } from '#shared/spec';
import { summarizeFake } from './fake-summary';

const digitNames = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
const clothingNames = 'T-shirt/top Trouser Pullover Dress Coat Sandal Shirt Sneaker Bag Ankle-boot'.split(
  ' ',
);

/** How many test images the simulated sets have. */
export const fakeTestImages = 10_000;

export function networkOf({ model, data, training, initialWeights }: Recipe): NetworkInfo {
  const images = Math.min(60_000, limitOf(data));
  const validationImages = Math.floor(images * training.validationSplit);
  return {
    summary: summarizeFake(model),
    classes: data.source === 'fashion-mnist' ? clothingNames : digitNames,
    trainingImages: images - validationImages,
    validationImages,
    testImages: Math.min(fakeTestImages, limitOf(data)),
    step: 'eager',
    card: null,
    initialWeights: initialWeights && { ...initialWeights, kept: ['conv2d'], fresh: [] },
  };
}

export function stepsPerEpoch(recipe: Recipe): number {
  return Math.ceil(networkOf(recipe).trainingImages / recipe.training.batchSize);
}

export function folderOf({ data }: Recipe): string | null {
  return 'folder' in data ? data.folder : null;
}

function limitOf(data: Recipe['data']): number {
  if (data.source === 'none') return 0;
  return data.limit ?? Infinity;
}

/** What the network is shown of a drawing or a picture, which here is a square whatever the file. */
export function fakeProbe(choice: Exclude<ProbeChoice, { readonly kind: 'sample' }>): {
  readonly source: ProbeSource;
  readonly pixels: Uint8Array;
} {
  if (choice.kind === 'drawing') {
    return { source: { kind: 'drawing' }, pixels: shrink(choice.pixels, choice.side) };
  }
  const inside = (at: number): boolean => at >= 8 && at < 20;
  const pixels = Uint8Array.from({ length: 28 * 28 }, (_, index) =>
    inside(index % 28) && inside(Math.floor(index / 28)) ? 255 : 0,
  );
  return { source: { kind: 'image' }, pixels };
}

/** A drawing as 28 x 28 by taking means. */
function shrink(pixels: Uint8Array, side: number): Uint8Array {
  const sums = new Float32Array(28 * 28);
  pixels.forEach((pixel, index) => {
    const y = Math.floor((Math.floor(index / side) * 28) / side);
    const x = Math.floor(((index % side) * 28) / side);
    sums[y * 28 + x] = (sums[y * 28 + x] ?? 0) + pixel;
  });
  return Uint8Array.from(sums, (sum) => sum / (side / 28) ** 2);
}
