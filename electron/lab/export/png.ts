import { encode } from 'fast-png';
import type { Raster } from './raster';

/** A PNG file, 8 bits a channel, RGB. */
export function png({ width, height, data }: Raster): Uint8Array {
  return encode({ width, height, data, channels: 3, depth: 8 });
}
