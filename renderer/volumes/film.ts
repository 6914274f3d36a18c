import { BufferTarget, CanvasSource, Output, QUALITY_HIGH, WebMOutputFormat } from 'mediabunny';
import type { Theme } from '#shared/colour-maps';
import { rangeIn } from '#shared/picture-colours';
import type { PictureSheet } from '#shared/pictures';
import { paintPicture } from './picture';

/**
 * The pictures of a sheet one after the other as a WebM film (VP9), each cell a whole number of pixels large.
 * @param side about how many pixels the longer side of the film takes
 * @param seconds how long each picture is seen
 */
export async function filmOf(
  sheet: PictureSheet,
  { theme, side, seconds }: { readonly theme: Theme; readonly side: number; readonly seconds: number },
): Promise<Uint8Array> {
  const [height, width] = sheet.pictures[0]?.shape ?? [1, 1, 1];
  // Of even sizes, as video is coded in blocks.
  const scale = 2 * Math.max(1, Math.round(side / Math.max(height, width) / 2));
  const small = document.createElement('canvas');
  const large = document.createElement('canvas');
  large.width = width * scale;
  large.height = height * scale;
  const context = large.getContext('2d');
  if (context === null) throw new Error('The canvas of a film gives no context.');
  context.imageSmoothingEnabled = false;
  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat(), target });
  const source = new CanvasSource(large, { codec: 'vp9', quality: QUALITY_HIGH });
  output.addVideoTrack(source, { frameRate: 1 / seconds });
  await output.start();
  for (const [index, picture] of sheet.pictures.entries()) {
    paintPicture(small, picture, rangeIn(sheet, picture), theme);
    context.drawImage(small, 0, 0, large.width, large.height);
    await source.add(index * seconds, seconds);
  }
  await output.finalize();
  if (target.buffer === null) throw new Error('The film came out empty.');
  return new Uint8Array(target.buffer);
}
