/** How a filter came to be: its kernel, its pattern or its response at each checkpoint of a run. */
import * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import type { ImageShape } from '#shared/images';
import {
  patternsRequest,
  type Evolution,
  type EvolutionMoment,
  type EvolutionRequest,
} from '#shared/insight';
import type { Picture, PictureSheet } from '#shared/pictures';
import type { NamedTensor } from '#shared/tensors';
import { scoped } from '../engine/scope';
import { kernelPictures, layerOf } from './kernels';
import { kernelWeights } from './kernel-weights';
import { LayerGraph } from './layer-graph';
import { drawPatterns } from './patterns/patterns';
import { unwatched, yieldTo, type InsightWatch } from './watch';

/** The network's weights at one moment, in the order of the model's. */
export interface EvolutionStage extends EvolutionMoment {
  readonly weights: readonly NamedTensor[];
}

export interface EvolutionOptions {
  /** As many as `stages` yields. */
  readonly count: number;
  /** Oldest first. */
  readonly stages: AsyncIterable<EvolutionStage>;
  /** For `response`: the image that is shown, in [0, 1]. */
  readonly image: { readonly shape: ImageShape; readonly values: Float32Array } | null;
  readonly watch?: InsightWatch;
  readonly log?: (sentence: string) => void;
}

/**
 * A film strip, a picture a checkpoint. Pattern by pattern the ascent starts from the same image.
 * @param model of the run's network; it is given each stage's weights in turn, and nobody else may use it meanwhile
 */
export async function drawEvolution(
  model: tf.LayersModel,
  request: EvolutionRequest,
  options: EvolutionOptions,
): Promise<Evolution> {
  const { layer, channel } = request;
  layerOf(model, layer);
  const watch = options.watch ?? unwatched;
  const moments: EvolutionMoment[] = [];
  const pictures: Picture[] = [];
  for await (const { step, epoch, weights } of options.stages) {
    writeWeights(model, weights);
    const picture = await pictureOf(model, request, options);
    moments.push({ step, epoch });
    pictures.push({ ...picture, name: nameOf({ step, epoch }) });
    watch.report(`Following ${layer} [${channel}]`, pictures.length / options.count);
    await yieldTo(watch);
  }
  return {
    layer,
    channel,
    sheet: { title: `${layer} [${channel}]: its ${request.of}`, pictures, sharedRange: rangeOf(pictures) },
    moments,
  };
}

/** As captions call it. */
function nameOf({ step, epoch }: EvolutionMoment): string {
  return step === 0 ? 'untrained' : `epoch ${epoch}, step ${step.toLocaleString('en-US')}`;
}

async function pictureOf(
  model: tf.LayersModel,
  request: EvolutionRequest,
  { image, watch = unwatched, log }: EvolutionOptions,
): Promise<Picture> {
  const { layer, channel, seed, steps, objective } = request;
  switch (request.of) {
    case 'kernel': {
      const weights = kernelWeights(layerOf(model, layer));
      return channelOf(kernelPictures(layerOf(model, layer), weights, request.view).pictures, layer, channel);
    }
    case 'pattern': {
      const ascent = patternsRequest.parse({ layer, channels: [channel], seed, steps, objective });
      const quiet: InsightWatch = { signal: watch.signal, report: () => undefined };
      const { sheet } = await drawPatterns(model, ascent, {
        evidence: null,
        watch: quiet,
        ...(log !== undefined && { log }),
      });
      return sheet.pictures[0] as Picture;
    }
    case 'response':
      if (image === null) throw new Refusal('There is no image to respond to; choose one.');
      return responseOf(model, layer, channel, image);
  }
}

/** The filter's map, after the activation, for one image; a unit's value as a single cell. */
function responseOf(
  model: tf.LayersModel,
  layer: string,
  channel: number,
  { shape, values }: NonNullable<EvolutionOptions['image']>,
): Picture {
  const graph = new LayerGraph(model);
  return scoped(() => {
    const input = tf.tensor4d(values, [1, ...shape]);
    const output = graph.compute(graph.outputOf(layer), new Map([[graph.input, input]]));
    const [height = 1, width = 1] = output.shape.length === 4 ? output.shape.slice(1) : [];
    const channels = output.shape.at(-1) ?? 0;
    if (channel >= channels) throw noChannel(layer, channel, channels);
    const map = output
      .reshape([height * width, channels])
      .slice([0, channel], [-1, 1])
      .dataSync<'float32'>();
    return {
      name: '',
      note: null,
      numbers: [
        { name: 'mean', value: map.reduce((sum, value) => sum + value, 0) / map.length },
        { name: 'highest', value: map.reduce((most, value) => Math.max(most, value), -Infinity) },
      ],
      shape: [height, width, 1],
      scale: map.some((value) => value < 0) ? 'signed' : 'sequential',
      values: map,
    };
  });
}

function channelOf(pictures: readonly Picture[], layer: string, channel: number): Picture {
  const picture = pictures[channel];
  if (picture === undefined) throw noChannel(layer, channel, pictures.length);
  return picture;
}

function noChannel(layer: string, channel: number, channels: number): Refusal {
  return new Refusal(`The layer ${layer} has no channel ${channel}: there are ${channels}, counted from 0.`);
}

/** One range for the whole strip, so that growth is seen. */
function rangeOf(pictures: readonly Picture[]): PictureSheet['sharedRange'] {
  if (pictures.every(({ scale }) => scale === 'image')) return [0, 1];
  const largest = pictures.reduce(
    (most, { values }) => values.reduce((max, value) => Math.max(max, Math.abs(value)), most),
    0,
  );
  return [pictures.some(({ scale }) => scale === 'signed') ? -largest : 0, largest];
}

function writeWeights(model: tf.LayersModel, weights: readonly NamedTensor[]): void {
  scoped(() => {
    model.weights.forEach((weight, index) => {
      const { values, shape } = weights[index] as NamedTensor;
      weight.write(tf.tensor(values.slice(), [...shape]));
    });
  });
}
