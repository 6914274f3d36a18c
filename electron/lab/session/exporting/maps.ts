import type { ExportWork } from '#shared/export';
import type { OpeningWatch } from '../../data/data-set';
import type { Exhibit } from '../../export/exhibit';
import { featureMaps } from '../../insight/feature-maps';
import type { Made } from './made';
import { shownImage } from './image';
import { chosenLayers, outputShapeOf } from './layers';
import type { OpenedSubject } from './subject';
import { volumeSheet } from './volume-sheet';

type MapsWork = Extract<ExportWork, { readonly kind: 'maps' }>;

/** The feature maps of a layer, or of all layers with channels; then with the image itself and the classes, as the stage. */
export async function mapsExhibit(opened: OpenedSubject, work: MapsWork, watch: OpeningWatch): Promise<Made> {
  const layers = chosenLayers(opened.model, work.layer);
  const image = await shownImage(work.image, opened, watch);
  const volumes = featureMaps(opened.model, image.values, layers);
  const exhibit: Exhibit = {
    title: `${opened.name}: feature maps of ${image.title}`,
    sheets: volumes.map((volume) => volumeSheet(volume, image.title)),
    arrays: volumes,
    volumes: work.layer === null ? stageOf(opened, image.values, volumes) : volumes,
    moments: [],
  };
  return { exhibit, work, imageSha256: image.sha256 };
}

function stageOf(
  { model, inputShape }: OpenedSubject,
  values: Float32Array,
  volumes: Exhibit['volumes'],
): Exhibit['volumes'] {
  const last = model.layers.at(-1);
  const ends =
    last === undefined || outputShapeOf(last).length !== 1 ? [] : featureMaps(model, values, [last]);
  return [{ name: 'image', shape: inputShape, values }, ...volumes, ...ends];
}
