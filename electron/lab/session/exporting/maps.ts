import { Refusal } from '#shared/errors';
import type { ExportWork } from '#shared/export';
import type { LayerActivation } from '#shared/frames';
import type { OpeningWatch } from '../../data/data-set';
import type { Exhibit } from '../../export/exhibit';
import { featureMaps } from '../../insight/feature-maps';
import type { Made } from './made';
import { shownImage } from './image';
import { chosenLayers, outputShapeOf } from './layers';
import { nearestName } from './nearest-name';
import type { GraphSubject, LayersSubject, OpenedSubject } from './subject';
import { volumeSheet } from './volume-sheet';

type MapsWork = Extract<ExportWork, { readonly kind: 'maps' }>;

/** What a network makes of an image. */
interface Seen {
  readonly maps: readonly LayerActivation[];
  /** What it ends in, where that is no map. */
  readonly ends: readonly LayerActivation[];
}

/** The feature maps of a layer, or of all layers with channels; then with the image itself and the classes, as the stage. */
export async function mapsExhibit(opened: OpenedSubject, work: MapsWork, watch: OpeningWatch): Promise<Made> {
  const image = await shownImage(work.image, opened, watch);
  const { maps, ends } =
    opened.kind === 'layers'
      ? seenByLayers(opened, work.layer, image.values)
      : await seenByGraph(opened, work.layer, image.values);
  const whole = { name: 'image', shape: opened.inputShape, values: image.values };
  const exhibit: Exhibit = {
    title: `${opened.name}: feature maps of ${image.title}`,
    sheets: maps.map((volume) => volumeSheet(volume, image.title)),
    arrays: maps,
    volumes: work.layer === null ? [whole, ...maps, ...ends] : maps,
    moments: [],
  };
  return { exhibit, work, imageSha256: image.sha256 };
}

function seenByLayers({ model }: LayersSubject, wanted: string | null, values: Float32Array): Seen {
  const layers = chosenLayers(model, wanted);
  const last = model.layers.at(-1);
  const end = wanted === null && last !== undefined && outputShapeOf(last).length === 1 ? [last] : [];
  const seen = featureMaps(model, values, [...layers, ...end]);
  return { maps: seen.slice(0, layers.length), ends: seen.slice(layers.length) };
}

/** Operations whose values are maps, by the names that the graph gives them. */
async function seenByGraph(
  { name, probed }: GraphSubject,
  wanted: string | null,
  values: Float32Array,
): Promise<Seen> {
  const pixels = Uint8Array.from(values, (value) => Math.round(value * 255));
  const { layers, output } = await probed.activations(pixels);
  const maps = layers.slice(1).filter(({ shape: [height, width] }) => height * width > 1);
  const ends = [{ name: 'output', shape: [1, 1, output.length] as const, values: output }];
  if (maps.length === 0) throw new Refusal(`No operation of ${name} gives maps: there are none to export.`);
  if (wanted === null) return { maps, ends };
  const found = maps.filter((volume) => volume.name === wanted);
  if (found.length > 0) return { maps: found, ends };
  const names = maps.map((volume) => volume.name);
  const nearest = nearestName(wanted, names);
  throw new Refusal(
    `The graph has no maps of the name ${wanted}${nearest === null ? '' : `; did you mean ${nearest}?`} Those of ` +
      `${names.join(', ')} are there.`,
  );
}
