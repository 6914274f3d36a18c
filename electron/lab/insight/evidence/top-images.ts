/** The images of a set that excite a filter most, with the part of each that does it. */
import * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import type {
  ImageRegion,
  TopImage,
  TopImageLists,
  TopImagesOfChannel,
  TopImagesRequest,
} from '#shared/evidence';
import { imageSize, type ImageSet, type ImageShape } from '#shared/images';
import type { Picture } from '#shared/pictures';
import { FrozenNetwork } from '../frozen-network';
import { LayerGraph } from '../layer-graph';
import { ReceptiveField } from '../receptive-field';
import { unwatched, type InsightWatch } from '../watch';
import { Strongest, type Response } from './strongest';
import { batchSizeFor, inBatches } from './subject';

/**
 * Shows the network every image and keeps, for each channel, those that it responds to most, by the network as it is
 * now. Of layers without maps a unit is a map of one cell. Throws a `Refusal` where the layer has no such channel,
 * where there are no images, and when it is cancelled.
 * @param model reads images in [0, 1]; remains its owner's
 */
export async function topImages(
  model: tf.LayersModel,
  images: ImageSet,
  request: Omit<TopImagesRequest, 'id'>,
  watch: InsightWatch = unwatched,
): Promise<TopImageLists> {
  const graph = new LayerGraph(model);
  const { layer, channels, by } = request;
  const symbol = graph.outputOf(layer);
  checkChannels(layer, symbol, channels);
  if (images.count === 0) throw new Refusal('There are no images to search; choose data that has some.');
  const field = new ReceptiveField(graph, layer, images.shape);
  const searched = Math.min(images.count, request.limit ?? images.count);
  const lists = channels.map(() => new Strongest(request.count));
  const network = new FrozenNetwork(model);
  try {
    const size = batchSizeFor(network, images.shape);
    await inBatches({ count: searched, size, label: 'Searching images', watch }, (from, to) => {
      const { responses, cells, width } = network.run(() =>
        excited(graph.compute(symbol, new Map([[graph.input, batch(images, from, to)]])), channels, by),
      );
      responses.forEach((response, place) => {
        const index = from + Math.floor(place / channels.length);
        const cell = cells[place] as number;
        lists[place % channels.length]?.offer({
          index,
          response,
          cell: [Math.floor(cell / width), cell % width],
        });
      });
    });
  } finally {
    network.release();
  }
  const [rows, columns] = field.axes;
  return {
    layer,
    by,
    searched,
    receptiveField: rows === null || columns === null ? null : [rows.size, columns.size],
    channels: channels.map((channel, place) =>
      described(channel, (lists[place] as Strongest).inOrder(), images, field, { layer, searched }),
    ),
  };
}

interface Excitement {
  /** Image by image, one value a channel that was asked for. */
  readonly responses: Float32Array;
  /** The strongest cell of each map, row-major. */
  readonly cells: Int32Array;
  /** Of the maps. */
  readonly width: number;
}

function excited(made: tf.Tensor, channels: readonly number[], by: TopImagesRequest['by']): Excitement {
  const [count = 0] = made.shape;
  const width = made.rank === 4 ? (made.shape[2] as number) : 1;
  const maps = made.reshape([count, -1, made.shape.at(-1) as number]).gather([...channels], 2);
  const responses = by === 'max' ? maps.max(1) : maps.mean(1);
  return {
    responses: responses.dataSync<'float32'>(),
    cells: maps.argMax(1).dataSync<'int32'>(),
    width,
  };
}

function described(
  channel: number,
  strongest: readonly Response[],
  images: ImageSet,
  field: ReceptiveField,
  { layer, searched }: { readonly layer: string; readonly searched: number },
): TopImagesOfChannel {
  const note =
    strongest.length > 0 ? null : `None of the ${searched} images searched excites ${layer} [${channel}].`;
  return {
    channel,
    note,
    images: strongest.map(({ index, response, cell }): TopImage => {
      const region = field.region(...cell);
      const numbers = [{ name: 'activation', value: response }];
      const image = imageValues(images, index);
      const patch = cutOut(image, images.shape, region);
      const named = { note: null, numbers, scale: 'image' } satisfies Partial<Picture>;
      return {
        index,
        label: images.labels[index] as number,
        activation: response,
        cell,
        region,
        image: { ...named, name: `image ${index}`, shape: images.shape, values: image },
        patch: { ...named, name: `${layer} [${channel}] in image ${index}`, ...patch },
      };
    }),
  };
}

function batch(images: ImageSet, from: number, to: number): tf.Tensor4D {
  const size = imageSize(images.shape);
  const values = scaled(images.pixels.subarray(from * size, to * size));
  return tf.tensor4d(values, [to - from, ...images.shape]);
}

function imageValues({ pixels, shape }: ImageSet, index: number): Float32Array {
  const size = imageSize(shape);
  return scaled(pixels.subarray(index * size, (index + 1) * size));
}

/** uint8 pixels in [0, 1]. */
function scaled(pixels: Uint8Array): Float32Array {
  const values = new Float32Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) values[i] = (pixels[i] as number) / 255;
  return values;
}

function cutOut(
  values: Float32Array,
  [, width, channels]: ImageShape,
  region: ImageRegion,
): Pick<Picture, 'shape' | 'values'> {
  const rowLength = region.width * channels;
  const cut = new Float32Array(region.height * rowLength);
  for (let y = 0; y < region.height; y++) {
    const start = ((region.top + y) * width + region.left) * channels;
    cut.set(values.subarray(start, start + rowLength), y * rowLength);
  }
  return { shape: [region.height, region.width, channels], values: cut };
}

function checkChannels(layer: string, { shape }: tf.SymbolicTensor, channels: readonly number[]): void {
  const available = shape.at(-1) ?? 0;
  const missing = channels.find((channel) => channel >= available);
  if ((shape.length !== 4 && shape.length !== 2) || missing !== undefined) {
    throw new Refusal(
      missing === undefined
        ? `The layer ${layer} has neither feature maps nor units; choose a convolution or a dense layer.`
        : `The layer ${layer} has no channel ${missing}: it has ${available}, counted from 0.`,
    );
  }
}
