/**
 * What filters look for: images that drive them up, by gradient ascent from a faint start (Erhan et al. 2009,
 * "Visualizing Higher-Layer Features of a Deep Network"). All filters of a layer ascend side by side.
 */
import * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import type { ImageSet, ImageShape } from '#shared/images';
import { mostPatterns, type PatternFacts, type Patterns, type PatternsRequest } from '#shared/insight';
import type { Picture } from '#shared/pictures';
import { registerGradients } from '../../engine/gradients/register';
import { FrozenNetwork } from '../frozen-network';
import { unwatched, type InsightWatch } from '../watch';
import { deathOf, isStuck } from './death';
import { settingsFor } from './defaults';
import { FilterAscent, type Drawing, type Drawn } from './filter-ascent';
import { mapsShapeOf, objectiveOf } from './objective';
import { responsesTo, type Responses } from './responses';
import { imageShapeFor, valuesOfOneImage } from './sizes';
import { Spectrum } from './spectrum';
import { otherStarts, usualStart, type Evidence } from './starts';
import { Target } from './target';

/** Values of images that an answer may hold. */
const answerValues = 2 ** 25;

export interface PatternsOptions {
  /** Shown to the filters, as evidence of which are dead; `null` for none. */
  readonly evidence: ImageSet | null;
  readonly watch?: InsightWatch;
  /** Is told why an ascent is not compiled. */
  readonly log?: (sentence: string) => void;
  /** Calls of filters, such as class names. */
  readonly names?: readonly string[];
}

/**
 * Draws what the filters of a layer look for, with the weights that the network has at the call. The same request to the
 * same network gives the same bytes. Throws a `Refusal` that names what of the request does not fit the network.
 * @param model reads images in [0, 1]; remains its owner's
 */
export async function drawPatterns(
  model: tf.LayersModel,
  request: PatternsRequest,
  { evidence, watch = unwatched, log = () => undefined, names = [] }: PatternsOptions,
): Promise<Patterns> {
  registerGradients();
  const target = new Target(model, request.layer);
  const channels = channelsOf(request, target);
  const shape = imageShapeFor(target, request.size);
  if (channels.length * shape[0] * shape[1] * shape[2] > answerValues) {
    throw new Refusal(
      `${channels.length} patterns of ${shape.join(' x ')} are more than one answer holds; ask for fewer or smaller ones.`,
    );
  }
  const network = new FrozenNetwork(model);
  try {
    const mapsShape = network.run(() => mapsShapeOf(target, shape));
    const objective = objectiveOf(request, target.layer.name, mapsShape);
    const settings = settingsFor(request, objective, shape);
    const spectrum = new Spectrum({ shape, margin: settings.jitter, scales: request.start === 'scales' });
    const valuesEach = valuesOfOneImage(target, shape);
    const fits = evidence !== null && evidence.shape.join() === shape.join();
    const shown = fits
      ? {
          images: evidence,
          responses: await responsesTo(evidence, network, target, objective, valuesEach, watch),
        }
      : null;
    const drawing = { network, target, objective, settings, spectrum, request, valuesEach, watch, log };
    const drawn = await drawAll(drawing, channels, shown);
    return answer(drawing, drawn, shown?.responses ?? null, names);
  } finally {
    network.release();
  }
}

function channelsOf({ channels }: PatternsRequest, target: Target): readonly number[] {
  const { name } = target.layer;
  if (channels === 'all') {
    if (target.channels <= mostPatterns) return [...Array(target.channels).keys()];
    throw new Refusal(
      `The layer ${name} has ${target.channels} channels, of which ${mostPatterns} can be drawn at once; name some.`,
    );
  }
  const missing = channels.find((channel) => channel >= target.channels);
  if (missing === undefined) return channels;
  throw new Refusal(
    `The layer ${name} has no channel ${missing}: there are ${target.channels}, counted from 0.`,
  );
}

/** A pattern, and from how many starts it was sought. */
interface Found extends Drawn {
  readonly starts: number;
}

/**
 * All filters from their usual start. Those that found no gradient there are tried from others, before they are called
 * dead; of what those came to, the highest counts.
 */
async function drawAll(
  drawing: Drawing,
  channels: readonly number[],
  evidence: Evidence | null,
): Promise<readonly Found[]> {
  const { spectrum, request, target } = drawing;
  const ascent = new FilterAscent(drawing, channels.length);
  try {
    const usual = channels.map((channel) => usualStart(spectrum, request.seed, channel));
    const drawn = await ascent.draw(usual, `Drawing what ${target.layer.name} looks for`);
    const others = drawn
      .filter(({ rise }) => isStuck(rise))
      .map(({ channel }) => otherStarts(spectrum, request.seed, channel, evidence));
    const again = await ascent.draw(others.flat(), 'Trying other starts where nothing rose');
    return drawn.map((first) => {
      if (!isStuck(first.rise)) return { ...first, starts: 1 };
      const tried = again.filter(({ channel }) => channel === first.channel);
      const risen = tried.filter(({ rise }) => !isStuck(rise));
      const best = risen.reduce(
        (most, each) => (responseOf(each) > responseOf(most) ? each : most),
        risen[0] ?? first,
      );
      return { ...best, starts: 1 + tried.length };
    });
  } finally {
    ascent.dispose();
  }
}

/** The objective of the pattern as it is drawn. */
function responseOf({ rise }: Drawn): number {
  return rise.at(-1) as number;
}

function answer(
  { network, target, spectrum, objective, settings, request }: Drawing,
  drawn: readonly Found[],
  responses: Responses | null,
  names: readonly string[],
): Patterns {
  const { name } = target.layer;
  const { shape } = spectrum;
  const facts = drawn.map((found): PatternFacts => {
    const { channel, rise, starts } = found;
    const highest = (): number => network.run(() => highestCell(target, found, shape));
    const dead = deathOf({ channel, activation: target.activation, rise, starts, highest, responses });
    return {
      channel,
      response: responseOf(found),
      rise: dead === null ? rise : new Float32Array(),
      bestImage:
        responses === null
          ? null
          : {
              index: responses.bestImage[channel] as number,
              response: responses.best[channel] as number,
            },
      dead,
    };
  });
  const pictures = facts.map(({ channel, response, bestImage, dead }, index): Picture => ({
    name: names[channel] ?? `${name} [${channel}]`,
    note: dead?.sentence ?? null,
    numbers: [
      { name: 'response', value: response },
      ...(bestImage === null ? [] : [{ name: 'best image', value: bestImage.response }]),
    ],
    shape,
    scale: 'image',
    values: dead === null ? (drawn[index] as Drawn).image : empty(shape),
  }));
  return {
    layer: name,
    sheet: { title: `What ${name} looks for`, pictures, sharedRange: [0, 1] },
    facts,
    used: {
      ...request,
      layer: name,
      objective: objective.kind,
      cell: objective.kind === 'cell' ? { row: objective.row, column: objective.column } : null,
      size: { height: shape[0], width: shape[1] },
      learningRate: settings.learningRate,
      jitter: settings.jitter,
      penalties: settings.penalties,
    },
  };
}

/** Of the filter's map of its pattern, before the activation. Must be called in a scope. */
function highestCell(target: Target, { channel, image }: Drawn, shape: ImageShape): number {
  const maps = target.maps(tf.tensor4d(image, [1, ...shape]));
  const cells = maps.reshape([-1, target.channels]).max(0).dataSync<'float32'>();
  return cells[channel] as number;
}

/** Mid-grey: nothing is looked for. */
function empty([height, width, channels]: ImageShape): Float32Array {
  return new Float32Array(height * width * channels).fill(0.5);
}
