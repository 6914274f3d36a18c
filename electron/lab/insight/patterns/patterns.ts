/**
 * What filters look for: images that drive them up, by gradient ascent from a faint start (Erhan et al. 2009,
 * "Visualizing Higher-Layer Features of a Deep Network"). All filters of a layer ascend side by side.
 */
import * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import type { ImageSet, ImageShape } from '#shared/images';
import { mostPatterns, type PatternFacts, type Patterns, type PatternsRequest } from '#shared/insight';
import type { Picture } from '#shared/pictures';
import { derivedSeed } from '#shared/random';
import type { Ascent } from '../../engine/ascent';
import { createAscent } from '../../engine/create-ascent';
import { registerGradients } from '../../engine/gradients/register';
import { FrozenNetwork } from '../frozen-network';
import { unwatched, yieldTo, type InsightWatch } from '../watch';
import { planPatterns, type PatternPlan } from './ascent-plan';
import { settingsFor, type AscentSettings } from './defaults';
import { deathOf } from './death';
import { mapsShapeOf, objectiveOf, objectives, type Objective } from './objective';
import { responsesTo, type Responses } from './responses';
import { Spectrum } from './spectrum';
import { Target } from './target';
import { imageShapeFor, valuesOfOneImage } from './sizes';

/** Values that the layers of a batch of images may make, with their gradients: 1 GB. */
const batchValues = 2 ** 28;
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
    const settings = settingsFor(request, shape);
    const spectrum = new Spectrum({ shape, margin: settings.jitter, scales: request.start === 'scales' });
    const valuesEach = valuesOfOneImage(target, shape);
    const fits = evidence !== null && evidence.shape.join() === shape.join();
    const responses = fits
      ? await responsesTo(evidence, network, target, objective, valuesEach, watch)
      : null;
    const drawing = { network, target, objective, settings, spectrum, request, watch, log };
    const drawn = await drawAll(drawing, channels, valuesEach);
    return answer(drawing, channels, drawn, responses, names);
  } finally {
    network.release();
  }
}

interface Drawing {
  readonly network: FrozenNetwork;
  readonly target: Target;
  readonly objective: Objective;
  readonly settings: AscentSettings;
  readonly spectrum: Spectrum;
  readonly request: PatternsRequest;
  readonly watch: InsightWatch;
  readonly log: (sentence: string) => void;
}

/** A pattern, and what it does to its filter. */
interface Drawn {
  readonly image: Float32Array;
  readonly response: number;
  /** Of its map's cells. */
  readonly highest: number;
  readonly rise: Float32Array;
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

/** Batches of one size, so that one ascent does for all. */
async function drawAll(
  drawing: Drawing,
  channels: readonly number[],
  valuesEach: number,
): Promise<readonly Drawn[]> {
  const most = Math.max(1, Math.floor(batchValues / (3 * valuesEach)));
  const batches = Math.ceil(channels.length / most);
  const count = Math.ceil(channels.length / batches);
  const { network, target, spectrum, objective, settings, request } = drawing;
  const plan = planPatterns({ network, target, spectrum, objective, penalties: settings.penalties, count });
  const ascent = createAscent(plan.ascent, drawing.log);
  try {
    const drawn: Drawn[] = [];
    for (let batch = 0; batch < batches; batch++) {
      const wanted = channels.slice(batch * count, (batch + 1) * count);
      const whole = [...wanted, ...Array<number>(count - wanted.length).fill(wanted[0] as number)];
      const report = (step: number): void => {
        const fraction = (batch + step / request.steps) / batches;
        drawing.watch.report(`Drawing what ${target.layer.name} looks for`, fraction);
      };
      const all = await drawBatch(drawing, plan, ascent, whole, report);
      drawn.push(...all.slice(0, wanted.length));
    }
    return drawn;
  } finally {
    ascent.dispose();
  }
}

async function drawBatch(
  { network, target, objective, settings, spectrum, request, watch }: Drawing,
  plan: PatternPlan,
  ascent: Ascent,
  channels: readonly number[],
  report: (step: number) => void,
): Promise<readonly Drawn[]> {
  const { given, offsets } = plan.given(channels);
  const { seed, steps } = request;
  const count = channels.length;
  ascent.start(joined(channels.map((channel) => spectrum.start(seed, channel))), given);
  const rises = channels.map(() => new Float32Array(steps + 1));
  for (let step = 0; step < steps; step++) {
    const found = ascent.step({
      rows: spectrum.indices(0, jitterAt(settings.jitter, seed, step, steps, 0)),
      columns: spectrum.indices(1, jitterAt(settings.jitter, seed, step, steps, 1)),
      reach: steps === 1 ? 1 : Math.min(1, (1.5 * (step + 1)) / steps),
      learningRate: settings.learningRate,
    });
    rises.forEach((rise, index) => (rise[step] = (found[index] as number) + (offsets[index] as number)));
    report(step + 1);
    await yieldTo(watch);
  }
  const spectra = ascent.values();
  return network.run(() => {
    const [rows, columns] = ([0, 1] as const).map((axis) => tf.tensor1d(spectrum.indices(axis, 0), 'int32'));
    const images = spectrum.images(
      tf.tensor(spectra, spectrum.valuesShape(count)),
      rows as tf.Tensor1D,
      columns as tf.Tensor1D,
      tf.scalar(1),
    );
    const size = images.size / count;
    const pixels = images.dataSync<'float32'>();
    const maps = target.maps(images);
    const found = objectives(objective, maps).dataSync<'float32'>();
    const tops = maps.reshape([count, -1, target.channels]).max(1).dataSync<'float32'>();
    return channels.map((channel, index) => {
      const response = found[index * target.channels + channel] as number;
      const rise = rises[index] as Float32Array;
      rise[steps] = response;
      return {
        image: pixels.slice(index * size, (index + 1) * size),
        response,
        highest: tops[index * target.channels + channel] as number,
        rise,
      };
    });
  });
}

/** The last steps stay in place, so that what they refine stands where it is drawn. */
function jitterAt(most: number, seed: number, step: number, steps: number, axis: number): number {
  if (most === 0 || step >= steps - steps / 8) return 0;
  return (derivedSeed(seed, 0x6a17, step, axis) % (2 * most + 1)) - most;
}

function answer(
  { target, spectrum, settings, request }: Drawing,
  channels: readonly number[],
  drawn: readonly Drawn[],
  responses: Responses | null,
  names: readonly string[],
): Patterns {
  const { name } = target.layer;
  const { shape } = spectrum;
  const facts = channels.map((channel, index): PatternFacts => {
    const { response, rise, highest } = drawn[index] as Drawn;
    const dead = deathOf({ channel, activation: target.activation, rise, highest, responses });
    return {
      channel,
      response,
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
      size: { height: shape[0], width: shape[1] },
      learningRate: settings.learningRate,
      jitter: settings.jitter,
      penalties: settings.penalties,
    },
  };
}

/** Mid-grey: nothing is looked for. */
function empty([height, width, channels]: ImageShape): Float32Array {
  return new Float32Array(height * width * channels).fill(0.5);
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const size = parts[0]?.length ?? 0;
  const whole = new Float32Array(size * parts.length);
  parts.forEach((part, index) => {
    whole.set(part, index * size);
  });
  return whole;
}
