/** Exported things before they are a file: each format takes what it can hold. */
import type { ExportFormat, ExportLook } from '#shared/export';
import { Refusal } from '#shared/errors';
import type { LayerActivation } from '#shared/frames';
import type { PictureSheet } from '#shared/pictures';
import type { NamedTensor } from '#shared/tensors';
import { gif } from './gif';
import { glb } from './glb';
import { npy } from './npy';
import { npz } from './npz';
import { png } from './png';
import { sheetsCsv, volumesCsv } from './sheet-csv';
import { layOutSheets } from './sheet-layout';
import { rasterOf } from './sheet-raster';
import { svg } from './svg';

export interface Exhibit {
  readonly title: string;
  /** For PNG, SVG and, without volumes, CSV. */
  readonly sheets: readonly PictureSheet[];
  /** For NPY and NPZ: the values as they are, unscaled. */
  readonly arrays: readonly NamedTensor[];
  /** For GLB and CSV: whole layers; empty where there are none. */
  readonly volumes: readonly LayerActivation[];
  /** For GIF: a sheet a moment; empty where nothing moves. */
  readonly moments: readonly PictureSheet[];
}

/** Writes an exhibit. The same exhibit and look are the same bytes. */
export async function exhibitFile(
  exhibit: Exhibit,
  format: Exclude<ExportFormat, 'html'>,
  look: ExportLook,
  signal: AbortSignal,
): Promise<Uint8Array> {
  switch (format) {
    case 'png':
      return png(rasterOf(layOutSheets(exhibit.sheets, look)));
    case 'svg':
      return encoded(svg(layOutSheets(exhibit.sheets, look), exhibit.title));
    case 'npy':
      return npy(onlyArray(exhibit.arrays));
    case 'npz':
      return npz(exhibit.arrays);
    case 'csv':
      return encoded(exhibit.volumes.length > 0 ? volumesCsv(exhibit.volumes) : sheetsCsv(exhibit.sheets));
    case 'gif': {
      const layouts = exhibit.moments.map((sheet) => layOutSheets([sheet], look));
      // Numbers are not equally long at all moments, and frames are of one size.
      const width = Math.max(...layouts.map((layout) => layout.width));
      const height = Math.max(...layouts.map((layout) => layout.height));
      const frames = layouts.map((layout) => rasterOf({ ...layout, width, height }));
      return gif(frames, look.frameMilliseconds, signal);
    }
    case 'glb':
      return glb(exhibit.title, exhibit.volumes, look);
  }
}

function onlyArray(arrays: readonly NamedTensor[]): NamedTensor {
  const [only, ...others] = arrays;
  if (only !== undefined && others.length === 0) return only;
  throw new Refusal(
    `NPY holds one array, and these are ${arrays.length} (${arrays
      .map(({ name }) => name)
      .slice(0, 6)
      .join(', ')}${arrays.length > 6 ? ', ...' : ''}); name a single layer, or take NPZ.`,
  );
}

function encoded(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
