import { imageSize, type ImageShape } from '#shared/images';

/** Cells a side of an image's description. */
export const cellsPerSide = 8;
export const cells = cellsPerSide * cellsPerSide;

/** What pixels of one image come to. */
export interface ImageStatistics {
  readonly mean: number;
  readonly deviation: number;
  readonly lowest: number;
  readonly highest: number;
}

export function statisticsOf(pixels: Uint8Array): ImageStatistics {
  let [sum, squares, lowest, highest] = [0, 0, 255, 0];
  for (let at = 0; at < pixels.length; at++) {
    const value = pixels[at] as number;
    sum += value;
    squares += value * value;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  const mean = sum / pixels.length;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / pixels.length - mean * mean)), lowest, highest };
}

/** Which values of an image lie along its edges. */
export function borderOf([height, width, channels]: ImageShape): Int32Array {
  const places: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (y > 0 && x > 0 && y < height - 1 && x < width - 1) continue;
      for (let channel = 0; channel < channels; channel++) places.push((y * width + x) * channels + channel);
    }
  }
  return Int32Array.from(places);
}

export function meanAt(pixels: Uint8Array, places: Int32Array): number {
  let sum = 0;
  for (let at = 0; at < places.length; at++) sum += pixels[places[at] as number] as number;
  return sum / places.length;
}

/** A 32-bit hash (FNV-1a); equal images have equal ones, and different ones are compared. */
export function hashOf(pixels: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < pixels.length; at++) hash = Math.imul(hash ^ (pixels[at] as number), 0x01000193);
  return hash >>> 0;
}

/** Which cell each value of an image falls in, and how many fall in each. */
export interface CellMap {
  readonly cellOf: Uint8Array;
  readonly counts: Float32Array;
}

export function cellMapOf(shape: ImageShape): CellMap {
  const [height, width, channels] = shape;
  const cellOf = new Uint8Array(imageSize(shape));
  const counts = new Float32Array(cells);
  cellOf.forEach((_, at) => {
    const pixel = Math.floor(at / channels);
    const row = Math.floor((Math.floor(pixel / width) * cellsPerSide) / height);
    const column = Math.floor(((pixel % width) * cellsPerSide) / width);
    cellOf[at] = row * cellsPerSide + column;
    counts[row * cellsPerSide + column] = (counts[row * cellsPerSide + column] as number) + 1;
  });
  return { cellOf, counts };
}

/** How many numbers describe an image. */
export const features = 15;

/**
 * The slow waves of an image: the 4 x 4 lowest of the discrete cosine transform of its 8 x 8 cells but for their mean,
 * in grey levels. Compression, noise and brightness hardly change them.
 */
export function describeImage(pixels: Uint8Array, { cellOf, counts }: CellMap, target: Float32Array): void {
  sums.fill(0);
  for (let at = 0; at < pixels.length; at++) {
    const cell = cellOf[at] as number;
    sums[cell] = (sums[cell] as number) + (pixels[at] as number);
  }
  for (let cell = 0; cell < cells; cell++) {
    const count = counts[cell] as number;
    sums[cell] = count === 0 ? 0 : (sums[cell] as number) / count;
  }
  for (let feature = 0; feature < features; feature++) {
    let product = 0;
    for (let cell = 0; cell < cells; cell++) {
      product += (sums[cell] as number) * (waves[feature * cells + cell] as number);
    }
    target[feature] = product / cellsPerSide;
  }
}

const sums = new Float32Array(cells);
const waves = Float32Array.from({ length: features * cells }, (_, at) => {
  const [feature, cell] = [Math.floor(at / cells), at % cells];
  const [down, across] = [Math.floor((feature + 1) / 4), (feature + 1) % 4];
  return wave(down, Math.floor(cell / cellsPerSide)) * wave(across, cell % cellsPerSide);
});

/** The orthonormal DCT-II of 8 values. */
function wave(frequency: number, place: number): number {
  const scale = Math.sqrt((frequency === 0 ? 1 : 2) / cellsPerSide);
  return scale * Math.cos((Math.PI * frequency * (2 * place + 1)) / (2 * cellsPerSide));
}

/** The mean square of the differences of two images, given up beyond `most`. */
export function differenceOf(a: Uint8Array, b: Uint8Array, most: number): number {
  const limit = most * a.length;
  let sum = 0;
  for (let at = 0; at < a.length; at++) {
    const difference = (a[at] as number) - (b[at] as number);
    sum += difference * difference;
    if (sum > limit) return Infinity;
  }
  return sum / a.length;
}
