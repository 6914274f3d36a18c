/** Kernels, patterns and film strips of the fake lab: true shapes and ranges, drawn by hand-made rules. */
import type { NetworkInfo } from '#shared/api';
import type { LayerSummary } from '#shared/summary';
import { Refusal } from '#shared/errors';
import type { ImageShape } from '#shared/images';
import {
  cancelledInsight,
  type DeadEvidence,
  type Evolution,
  type EvolutionRequest,
  type InsightProgress,
  type KernelFacts,
  type Kernels,
  type KernelsRequest,
  type PatternFacts,
  type Patterns,
  type PatternsRequest,
} from '#shared/insight';
import type { Picture } from '#shared/pictures';
import { derivedSeed } from '#shared/random';

const side = 28;
const shownImages = 2000;
const drawnSteps = 20;
const drawingMilliseconds = 15;

/** The fake lab's desk for questions about filters. */
export class FakeInsight {
  readonly #progressed: (progress: InsightProgress) => void;
  readonly #underWay = new Set<number>();

  constructor(progressed: (progress: InsightProgress) => void) {
    this.#progressed = progressed;
  }

  cancel(id: number): void {
    this.#underWay.delete(id);
  }

  async kernels(network: NetworkInfo, request: KernelsRequest): Promise<Kernels> {
    const { name, type, outputShape } = layerOf(network, request.layer);
    if (type !== 'Conv2D' && type !== 'Dense') {
      throw new Refusal(`The layer ${name} (${type}) has no kernels; name a convolution or a dense layer.`);
    }
    const filters = outputShape.at(-1) ?? 0;
    const facts = Array.from({ length: filters }, (_, channel) => factsOf(channel, filters));
    if (request.order === 'norm') facts.sort((a, b) => b.norm - a.norm);
    if (request.order === 'similarity') facts.sort((a, b) => angleOf(a.channel) - angleOf(b.channel));
    const whole = request.view.kind === 'whole';
    return {
      layer: name,
      type,
      kernelShape: [3, 3, whole ? 1 : 32],
      view: request.view,
      sheet: {
        title: `Kernels of ${name}`,
        pictures: facts.map((fact) => kernelPicture(name, fact, request.view.kind === 'norm')),
        sharedRange: request.view.kind === 'norm' ? [0, 1] : [-1, 1],
      },
      facts,
    };
  }

  async patterns(network: NetworkInfo, request: PatternsRequest): Promise<Patterns> {
    const ofClasses = request.layer === null;
    const last = network.summary.layers.at(-1);
    const { name, outputShape } = layerOf(network, request.layer ?? last?.name ?? '');
    const all = outputShape.at(-1) ?? 0;
    const channels = request.channels === 'all' ? [...Array(all).keys()] : request.channels;
    const missing = channels.find((channel) => channel >= all);
    if (missing !== undefined) {
      throw new Refusal(`The layer ${name} has no channel ${missing}: there are ${all}, counted from 0.`);
    }
    await this.#work(request.id, `Drawing what ${name} looks for`);
    const shape: ImageShape = [request.size?.height ?? side, request.size?.width ?? side, 1];
    const facts = channels.map((channel) => patternFacts(channel, request.steps));
    const pictures = facts.map(({ channel, response, bestImage, dead }): Picture => ({
      name: (ofClasses ? network.classes[channel] : undefined) ?? `${name} [${channel}]`,
      note: dead?.sentence ?? null,
      numbers: [
        { name: 'response', value: response },
        ...(bestImage === null ? [] : [{ name: 'best image', value: bestImage.response }]),
      ],
      shape,
      scale: 'image',
      values: dead === null ? grating(shape, channel, 1) : grating(shape, channel, 0),
    }));
    return {
      layer: name,
      sheet: { title: `What ${name} looks for`, pictures, sharedRange: [0, 1] },
      facts,
      used: {
        ...request,
        layer: name,
        size: { height: shape[0], width: shape[1] },
        learningRate: request.learningRate ?? 0.5,
        jitter: request.jitter ?? 1,
      },
    };
  }

  async evolution(network: NetworkInfo, request: EvolutionRequest): Promise<Evolution> {
    const { name } = layerOf(network, request.layer);
    await this.#work(request.id, `Following ${name} [${request.channel}]`);
    const moments = Array.from({ length: Math.min(6, request.most) }, (_, epoch) => ({
      epoch,
      step: epoch * 100,
    }));
    const isPattern = request.of === 'pattern';
    const shape: ImageShape = request.of === 'kernel' ? [3, 3, 1] : [side, side, 1];
    const pictures = moments.map(({ epoch, step }): Picture => {
      const values = grating(shape, request.channel, epoch / 5);
      return {
        name: step === 0 ? 'untrained' : `epoch ${epoch}, step ${step}`,
        note: null,
        numbers: [],
        shape,
        scale: isPattern ? 'image' : request.of === 'kernel' ? 'signed' : 'sequential',
        values: request.of === 'kernel' ? values.map((value) => 2 * value - 1) : values,
      };
    });
    return {
      layer: name,
      channel: request.channel,
      sheet: {
        title: `${name} [${request.channel}]: its ${request.of}`,
        pictures,
        sharedRange: request.of === 'kernel' ? [-1, 1] : [0, 1],
      },
      moments,
    };
  }

  async #work(id: number, label: string): Promise<void> {
    this.#underWay.add(id);
    for (let step = 1; step <= drawnSteps; step++) {
      await new Promise((resolve) => setTimeout(resolve, drawingMilliseconds));
      if (!this.#underWay.has(id)) throw new Refusal(cancelledInsight);
      this.#progressed({ id, label, fraction: step / drawnSteps });
    }
    this.#underWay.delete(id);
  }
}

function layerOf({ summary }: NetworkInfo, name: string): LayerSummary {
  const layer = summary.layers.find((candidate) => candidate.name === name);
  if (layer !== undefined) return layer;
  const names = summary.layers.map((candidate) => candidate.name).join(', ');
  throw new Refusal(`The network has no layer ${JSON.stringify(name)}; it has ${names}.`);
}

/** In [0, 1), the same for a channel every time. */
function chance(channel: number, stream: number): number {
  return derivedSeed(channel, stream) / 2 ** 32;
}

function angleOf(channel: number): number {
  return chance(channel, 1) * Math.PI;
}

/** Every thirteenth filter is dead. */
function deathOf(channel: number): DeadEvidence | null {
  if (channel % 13 !== 12) return null;
  const sentence = 'It lets nothing through: before the relu, the best of 2,000 images reached -0.214.';
  return { sentence, images: shownImages, highest: -0.214 };
}

function factsOf(channel: number, filters: number): KernelFacts {
  const other = (channel + 1) % filters;
  const cosine = channel % 9 === 4 ? 0.995 : 0.4 + 0.3 * chance(channel, 2);
  return {
    channel,
    norm: 0.4 + chance(channel, 3),
    bias: chance(channel, 4) / 10 - 0.05,
    nearest: filters < 2 ? null : { channel: other, cosine },
    duplicate: cosine > 0.99,
    dead: deathOf(channel),
  };
}

function kernelPicture(
  layer: string,
  { channel, norm, nearest, dead }: KernelFacts,
  unsigned: boolean,
): Picture {
  const values = grating([3, 3, 1], channel, 1);
  return {
    name: `${layer} [${channel}]`,
    note: dead?.sentence ?? null,
    numbers: [
      { name: 'norm', value: norm },
      ...(nearest === null
        ? []
        : [
            { name: 'most like', value: nearest.channel },
            { name: 'cosine', value: nearest.cosine },
          ]),
    ],
    shape: [3, 3, 1],
    scale: unsigned ? 'sequential' : 'signed',
    values: unsigned ? values : values.map((value) => 2 * value - 1),
  };
}

function patternFacts(channel: number, steps: number): PatternFacts {
  const dead = deathOf(channel);
  const top = 2 + 3 * chance(channel, 5);
  return {
    channel,
    response: dead === null ? top : -0.3,
    rise:
      dead === null
        ? Float32Array.from({ length: steps + 1 }, (_, step) => top * (1 - Math.exp((-4 * step) / steps)))
        : new Float32Array(),
    bestImage: { index: derivedSeed(channel, 6) % shownImages, response: dead === null ? top / 2 : -0.214 },
    dead,
  };
}

/** Stripes at the channel's own angle and width, in [0, 1]; `contrast` 0 is mid-grey. */
function grating([height, width]: ImageShape, channel: number, contrast: number): Float32Array {
  const angle = angleOf(channel);
  const wave = 3 + 6 * chance(channel, 7);
  return Float32Array.from({ length: height * width }, (_, place) => {
    const [row, column] = [Math.floor(place / width), place % width];
    const along = row * Math.sin(angle) + column * Math.cos(angle);
    return 0.5 + (contrast / 2) * Math.sin((2 * Math.PI * along) / wave);
  });
}
