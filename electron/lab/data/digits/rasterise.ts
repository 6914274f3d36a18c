import type { PenPath } from './strokes';

/** MNIST's format: the ink's box is at most 20 pixels a side, its centre of mass in the middle of 28 x 28. */
export const imageSide = 28;
const boxSide = 20;

const ink = new Float64Array(boxSide * boxSide);

/**
 * Draws a path into 28 x 28 bytes at `start` of `pixels`, white on black. The path is scaled in place.
 * @param softness over how many pixels the edge of a stroke fades
 */
export function rasterise(path: PenPath, softness: number, pixels: Uint8Array, start: number): void {
  const { width, height } = fitToBox(path);
  ink.fill(0);
  for (let i = 1; i < path.count; i++) {
    if (path.begins[i] === 0) markSegment(path, i, softness, width, height);
  }
  centre(pixels, start, width, height);
}

/** Scales a path so that its ink, radius included, fills the box on the longer side; the aspect stays. */
function fitToBox(path: PenPath): { readonly width: number; readonly height: number } {
  let [scale, width, height] = [1, 0, 0];
  // The radius is in pixels and does not scale with the path, so the fit is found in a few rounds.
  for (let round = 0; round < 4; round++) {
    let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let i = 0; i < path.count; i++) {
      const radius = path.radius[i] as number;
      left = Math.min(left, (path.x[i] as number) - radius);
      right = Math.max(right, (path.x[i] as number) + radius);
      top = Math.min(top, (path.y[i] as number) - radius);
      bottom = Math.max(bottom, (path.y[i] as number) + radius);
    }
    width = right - left;
    height = bottom - top;
    const longest = Math.max(width, height);
    const mean = 2 * (path.radius[0] as number);
    scale = round === 3 ? 1 : (boxSide - mean) / Math.max(1, longest - mean);
    for (let i = 0; i < path.count; i++) {
      path.x[i] =
        ((path.x[i] as number) - left - (path.radius[0] as number)) * scale + (path.radius[0] as number);
      path.y[i] =
        ((path.y[i] as number) - top - (path.radius[0] as number)) * scale + (path.radius[0] as number);
    }
  }
  return { width: Math.min(boxSide, Math.ceil(width)), height: Math.min(boxSide, Math.ceil(height)) };
}

/** Inks the pixels near one segment; where strokes overlap, the darker mark stays. */
function markSegment(path: PenPath, i: number, softness: number, width: number, height: number): void {
  const [fromX, fromY, fromRadius] = [
    path.x[i - 1] as number,
    path.y[i - 1] as number,
    path.radius[i - 1] as number,
  ];
  const [toX, toY, toRadius] = [path.x[i] as number, path.y[i] as number, path.radius[i] as number];
  const reach = Math.max(fromRadius, toRadius) + softness / 2;
  const left = Math.max(0, Math.floor(Math.min(fromX, toX) - reach));
  const right = Math.min(width - 1, Math.floor(Math.max(fromX, toX) + reach));
  const top = Math.max(0, Math.floor(Math.min(fromY, toY) - reach));
  const bottom = Math.min(height - 1, Math.floor(Math.max(fromY, toY) + reach));
  const [stepX, stepY] = [toX - fromX, toY - fromY];
  const squared = stepX * stepX + stepY * stepY;
  const perLength = squared > 0 ? 1 / squared : 0;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const [awayX, awayY] = [x + 0.5 - fromX, y + 0.5 - fromY];
      const share = Math.min(1, Math.max(0, (awayX * stepX + awayY * stepY) * perLength));
      const [distanceX, distanceY] = [awayX - share * stepX, awayY - share * stepY];
      const distance = Math.sqrt(distanceX * distanceX + distanceY * distanceY);
      const radius = fromRadius + share * (toRadius - fromRadius);
      const covered = smoothStep((radius - distance) / softness + 0.5);
      const place = y * boxSide + x;
      if (covered > (ink[place] as number)) ink[place] = covered;
    }
  }
}

/** From 0 to 1 without a kink: grey is rarer than nearly black and nearly white, as in scanned ink. */
function smoothStep(value: number): number {
  if (value <= 0) return 0;
  return value >= 1 ? 1 : value * value * (3 - 2 * value);
}

/** Copies the box so that its centre of mass lies in the middle of the image, to the nearest pixel. */
function centre(pixels: Uint8Array, start: number, width: number, height: number): void {
  let [total, sumX, sumY] = [0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = ink[y * boxSide + x] as number;
      total += value;
      sumX += value * (x + 0.5);
      sumY += value * (y + 0.5);
    }
  }
  const left = clamp(Math.round(imageSide / 2 - sumX / total), 0, imageSide - width);
  const top = clamp(Math.round(imageSide / 2 - sumY / total), 0, imageSide - height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      pixels[start + (top + y) * imageSide + left + x] = Math.round(255 * (ink[y * boxSide + x] as number));
    }
  }
}

function clamp(value: number, lowest: number, highest: number): number {
  return Math.min(Math.max(value, lowest), highest);
}
