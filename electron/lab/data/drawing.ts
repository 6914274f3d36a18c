import { imageSize, type ImageShape } from '#shared/images';

/** MNIST's digits fill a box of 20 pixels in images of 28 (yann.lecun.com/exdb/mnist). */
const boxShare = 20 / 28;
/** Fainter pixels are no ink: canvases leave grey fringes and mice leave specks of them. */
const inkThreshold = 16;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Makes a drawing into an image like those of MNIST: the ink's bounding box scaled to fit 20 x 20 with its aspect
 * kept, grey levels from area averaging, and the centre of mass moved to the middle. Drawings that are only
 * scaled down are read wrongly by networks that learned centred digits.
 * @param pixels white ink on black, `side` x `side` bytes, row-major
 * @param shape of the image; all its channels get the same grey
 * @returns `height * width * channels` bytes; all black for an empty drawing
 */
export function centreDrawing(pixels: Uint8Array, side: number, shape: ImageShape): Uint8Array {
  const image = new Uint8Array(imageSize(shape));
  const box = inkBox(pixels, side);
  if (box === null) return image;
  const [height, width, channels] = shape;
  const longest = Math.max(1, Math.round(Math.min(height, width) * boxShare));
  const scale = longest / Math.max(box.width, box.height);
  const scaled = {
    width: Math.max(1, Math.round(box.width * scale)),
    height: Math.max(1, Math.round(box.height * scale)),
  };
  const grey = averageAreas(pixels, side, box, scaled);
  const mass = centreOfMass(grey, scaled.width);
  const left = clamp(Math.round(width / 2 - mass.x), 0, width - scaled.width);
  const top = clamp(Math.round(height / 2 - mass.y), 0, height - scaled.height);
  for (let y = 0; y < scaled.height; y++) {
    for (let x = 0; x < scaled.width; x++) {
      const value = grey[y * scaled.width + x] as number;
      image.fill(
        value,
        ((top + y) * width + left + x) * channels,
        ((top + y) * width + left + x + 1) * channels,
      );
    }
  }
  return image;
}

function inkBox(pixels: Uint8Array, side: number): Box | null {
  let [left, right, top, bottom] = [side, -1, side, -1];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if ((pixels[y * side + x] as number) < inkThreshold) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    }
  }
  return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** Each target pixel is the mean of the source area that it covers, partly covered pixels by their share. */
function averageAreas(
  pixels: Uint8Array,
  side: number,
  box: Box,
  target: { readonly width: number; readonly height: number },
): Uint8Array {
  const result = new Uint8Array(target.width * target.height);
  const stepX = box.width / target.width;
  const stepY = box.height / target.height;
  for (let y = 0; y < target.height; y++) {
    for (let x = 0; x < target.width; x++) {
      const sum = areaSum(
        pixels,
        side,
        [box.left + x * stepX, box.left + (x + 1) * stepX],
        [box.top + y * stepY, box.top + (y + 1) * stepY],
      );
      result[y * target.width + x] = Math.round(sum / (stepX * stepY));
    }
  }
  return result;
}

type Span = readonly [from: number, to: number];

function areaSum(pixels: Uint8Array, side: number, [left, right]: Span, [top, bottom]: Span): number {
  let sum = 0;
  for (let y = Math.floor(top); y < Math.ceil(bottom) && y < side; y++) {
    const coveredY = Math.min(bottom, y + 1) - Math.max(top, y);
    for (let x = Math.floor(left); x < Math.ceil(right) && x < side; x++) {
      const coveredX = Math.min(right, x + 1) - Math.max(left, x);
      sum += (pixels[y * side + x] as number) * coveredX * coveredY;
    }
  }
  return sum;
}

/** In pixels from the left upper corner, so that a single pixel at the origin has its mass at (0.5, 0.5). */
function centreOfMass(grey: Uint8Array, width: number): { readonly x: number; readonly y: number } {
  let [total, sumX, sumY] = [0, 0, 0];
  grey.forEach((value, index) => {
    total += value;
    sumX += value * ((index % width) + 0.5);
    sumY += value * (Math.floor(index / width) + 0.5);
  });
  return total === 0 ? { x: width / 2, y: grey.length / width / 2 } : { x: sumX / total, y: sumY / total };
}

function clamp(value: number, lowest: number, highest: number): number {
  return Math.min(Math.max(value, lowest), highest);
}
