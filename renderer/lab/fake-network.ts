/** A network that only looks as if it learned: true shapes and counts, activations of seeded 3 x 3 kernels. */
import type { DeadFilters } from '#shared/api';
import type { ModelSummary } from '#shared/summary';
import { encodeLayers, type Frame, type LayerActivation, type ProbeSource } from '#shared/frames';
import { volumeOf, type ImageShape } from '#shared/images';
import { derivedSeed } from '#shared/random';

const inputShape: ImageShape = [28, 28, 1];
const classes = 10;

export interface FakeMoment {
  readonly step: number;
  readonly epoch: number;
  readonly probe: ProbeSource;
  /** 28 x 28, 0 to 255. */
  readonly pixels: Uint8Array;
  /** 0 for an untrained network, towards 1 for a trained one. */
  readonly skill: number;
}

/** What the layers would show for an image. Flatten shows its values in a row, as dense layers do. */
export function fakeFrame(summary: ModelSummary, moment: FakeMoment): Frame {
  const input = Float32Array.from(moment.pixels, (pixel) => pixel / 255);
  const output = probabilities(moment);
  const layers: LayerActivation[] = [{ name: 'input', shape: inputShape, values: input }];
  let before = layers[0] as LayerActivation;
  summary.layers.forEach((layer, index) => {
    const shape = volumeOf(layer.outputShape);
    const last = index === summary.layers.length - 1;
    const values = last ? output : activations(before, shape, layer.activation, index, moment.skill);
    before = { name: layer.name, shape, values };
    layers.push(before);
  });
  const { step, epoch, probe } = moment;
  return { step, epoch, probe, output, ...encodeLayers(layers) };
}

function activations(
  { shape: from, values }: LayerActivation,
  shape: ImageShape,
  activation: string | null,
  layer: number,
  skill: number,
): Float32Array {
  const [height, width, channels] = shape;
  const result = new Float32Array(height * width * channels);
  for (let channel = 0; channel < channels; channel++) {
    const kernel = kernelOf(layer, channel, skill);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let tap = 0; tap < 9; tap++) {
          const fromY = Math.floor(((y + 0.5) * from[0]) / height) + Math.floor(tap / 3) - 1;
          const fromX = Math.floor(((x + 0.5) * from[1]) / width) + (tap % 3) - 1;
          if (fromY < 0 || fromX < 0 || fromY >= from[0] || fromX >= from[1]) continue;
          const at = (fromY * from[1] + fromX) * from[2] + (channel % from[2]);
          sum += (values[at] ?? 0) * (kernel[tap] ?? 0);
        }
        result[(y * width + x) * channels + channel] = activate(sum, activation);
      }
    }
  }
  return result;
}

/** From noise to an edge of the channel's own direction. A few channels die on the way, as they do. */
function kernelOf(layer: number, channel: number, skill: number): Float32Array {
  const angle = unit(derivedSeed(3, layer, channel)) * 2 * Math.PI;
  const dead = dies(layer, channel) && skill > 0.5;
  return Float32Array.from({ length: 9 }, (_, tap) => {
    const noise = unit(derivedSeed(1, layer, channel, tap)) - 0.45;
    const edge = Math.cos(angle) * ((tap % 3) - 1) + Math.sin(angle) * (Math.floor(tap / 3) - 1);
    return dead ? -1 : noise * (1 - skill) + (edge * 0.6 + 0.12) * skill;
  });
}

function dies(layer: number, channel: number): boolean {
  return unit(derivedSeed(5, layer, channel)) < 0.06;
}

/** The filters of a trained network that are dead, as the lab reports them. */
export function deadFiltersOf({ layers }: ModelSummary): readonly DeadFilters[] {
  return layers.flatMap(({ name, type, activation, outputShape }, layer) => {
    if (type !== 'Conv2D' || activation !== 'relu') return [];
    const of = outputShape.at(-1) ?? 0;
    const channels = Array.from({ length: of }, (_, channel) => channel).filter((channel) =>
      dies(layer, channel),
    );
    return channels.length === 0 ? [] : [{ layer: name, channels, of }];
  });
}

function activate(value: number, activation: string | null): number {
  if (activation === 'tanh') return Math.tanh(value);
  return activation === 'relu' ? Math.max(0, value) : value;
}

function probabilities({ pixels, probe, skill, step }: FakeMoment): Float32Array {
  const ink = pixels.reduce((sum, pixel) => sum + pixel, 0);
  const truth = probe.kind === 'sample' ? probe.label : Math.floor(ink / 2551) % classes;
  const logits = Array.from({ length: classes }, (_, index) => {
    const noise = unit(derivedSeed(17, index, step)) - 0.5;
    return (index === truth ? 7 * skill : 0) + noise * (1.2 - skill);
  });
  const exponentials = logits.map((logit) => Math.exp(logit));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return Float32Array.from(exponentials, (value) => value / sum);
}

/** A seed as a number in [0, 1). */
function unit(seed: number): number {
  return seed / 2 ** 32;
}
