import { Encoder } from 'modern-gif';
import { Refusal } from '#shared/errors';
import type { Raster } from './raster';

/** More pixels in all frames together than this are not encoded. */
const mostPixels = 96_000_000;

/**
 * An animated GIF that plays for ever. GIF has 256 colours for all of it: the encoder chooses them where the frames
 * have more.
 * @param frames of one size, at least one
 * @param milliseconds how long each is seen; GIF counts in hundredths of a second
 */
export async function gif(
  frames: readonly Raster[],
  milliseconds: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { width, height } = frames[0] ?? { width: 1, height: 1 };
  if (frames.length * width * height > mostPixels) {
    throw new Refusal(
      `The film would have ${frames.length} frames of ${width} x ${height} pixels; take a smaller scale, or one channel.`,
    );
  }
  const encoder = new Encoder({ width, height, looped: true, loopCount: 0 });
  for (const frame of frames) {
    signal.throwIfAborted();
    await encoder.encode({ data: opaque(frame), delay: milliseconds });
    await new Promise(setImmediate);
  }
  return new Uint8Array(await encoder.flush('arrayBuffer'));
}

function opaque({ width, height, data }: Raster): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let from = 0, to = 0; to < rgba.length; from += 3, to += 4) {
    rgba[to] = data[from] as number;
    rgba[to + 1] = data[from + 1] as number;
    rgba[to + 2] = data[from + 2] as number;
    rgba[to + 3] = 255;
  }
  return rgba;
}
