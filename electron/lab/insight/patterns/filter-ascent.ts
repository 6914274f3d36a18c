import * as tf from '@tensorflow/tfjs';
import type { PatternsRequest } from '#shared/insight';
import { derivedSeed } from '#shared/random';
import type { Ascent } from '../../engine/ascent';
import { createAscent } from '../../engine/create-ascent';
import type { FrozenNetwork } from '../frozen-network';
import { yieldTo, type InsightWatch } from '../watch';
import { planPatterns, type PatternPlan } from './ascent-plan';
import { isStuck } from './death';
import type { AscentSettings } from './defaults';
import type { Objective } from './objective';
import type { Spectrum } from './spectrum';
import type { Start } from './starts';
import type { Target } from './target';

/** Values that the layers of a batch of images may make, with their gradients: 1 GB. */
const batchValues = 2 ** 28;

/** A batch of which nothing has risen after so many steps has no gradient, and none to be waited for. */
const patience = 8;

export interface Drawing {
  readonly network: FrozenNetwork;
  readonly target: Target;
  readonly objective: Objective;
  readonly settings: AscentSettings;
  readonly spectrum: Spectrum;
  readonly request: PatternsRequest;
  /** About how many values the layers up to the target make of one image. */
  readonly valuesEach: number;
  readonly watch: InsightWatch;
  readonly log: (sentence: string) => void;
}

/** What an ascent came to. */
export interface Drawn {
  readonly channel: number;
  readonly image: Float32Array;
  /** The objective before every step, and of the image at the end. */
  readonly rise: Float32Array;
}

/** Draws filters of one layer side by side, in batches of one size, so that one ascent does for all. */
export class FilterAscent {
  readonly #drawing: Drawing;
  readonly #count: number;
  readonly #plan: PatternPlan;
  readonly #ascent: Ascent;

  /** @param filters how many there are to be drawn at first */
  constructor(drawing: Drawing, filters: number) {
    const { network, target, spectrum, objective, settings, valuesEach } = drawing;
    const most = Math.max(1, Math.floor(batchValues / (3 * valuesEach)));
    const count = Math.ceil(filters / Math.ceil(filters / most));
    this.#drawing = drawing;
    this.#count = count;
    this.#plan = planPatterns({ network, target, spectrum, objective, penalties: settings.penalties, count });
    this.#ascent = createAscent(this.#plan.ascent, drawing.log);
  }

  /** Ascends from each start. @param label of what the watch is told */
  async draw(starts: readonly Start[], label: string): Promise<readonly Drawn[]> {
    const { watch, request } = this.#drawing;
    const batches = Math.ceil(starts.length / this.#count);
    const drawn: Drawn[] = [];
    for (let batch = 0; batch < batches; batch++) {
      const wanted = starts.slice(batch * this.#count, (batch + 1) * this.#count);
      const rest = Array<Start>(this.#count - wanted.length).fill(wanted[0] as Start);
      const all = await this.#drawBatch([...wanted, ...rest], (step) => {
        watch.report(label, (batch + step / request.steps) / batches);
      });
      drawn.push(...all.slice(0, wanted.length));
    }
    return drawn;
  }

  dispose(): void {
    this.#ascent.dispose();
  }

  async #drawBatch(starts: readonly Start[], report: (step: number) => void): Promise<readonly Drawn[]> {
    const { settings, spectrum, request, watch } = this.#drawing;
    const { seed, steps } = request;
    const { given, offsets } = this.#plan.given(starts.map(({ channel }) => channel));
    const rises = starts.map(() => new Float32Array(steps + 1));
    const move = (step: number): void => {
      const last = step === steps;
      const found = this.#ascent.step({
        rows: spectrum.indices(0, jitterAt(settings.jitter, seed, step, steps, 0)),
        columns: spectrum.indices(1, jitterAt(settings.jitter, seed, step, steps, 1)),
        reach: steps === 1 ? 1 : Math.min(1, (1.5 * (step + 1)) / steps),
        // After the last step only the objective is asked for.
        learningRate: last ? 0 : settings.learningRate,
      });
      rises.forEach((rise, index) => (rise[step] = (found[index] as number) + (offsets[index] as number)));
    };
    this.#ascent.start(joined(starts.map(({ values }) => values())), given);
    for (let step = 0; step < steps; step++) {
      move(step);
      report(step + 1);
      await yieldTo(watch);
      if (step + 1 === patience && rises.every((rise) => isStuck(rise.subarray(0, patience)))) {
        for (const rise of rises) rise.fill(rise[0] as number);
        break;
      }
    }
    move(steps);
    const images = this.#images(this.#ascent.values());
    return starts.map(({ channel }, index) => ({
      channel,
      image: images[index] as Float32Array,
      rise: rises[index] as Float32Array,
    }));
  }

  #images(values: Float32Array): readonly Float32Array[] {
    const { network, spectrum } = this.#drawing;
    const pixels = network.run(() =>
      spectrum
        .images(
          tf.tensor(values, spectrum.valuesShape(this.#count)),
          tf.tensor1d(spectrum.indices(0, 0), 'int32'),
          tf.tensor1d(spectrum.indices(1, 0), 'int32'),
          tf.scalar(1),
        )
        .dataSync<'float32'>(),
    );
    const size = pixels.length / this.#count;
    return Array.from({ length: this.#count }, (_, index) => pixels.slice(index * size, (index + 1) * size));
  }
}

/** The last steps stay in place, so that what they refine stands where it is drawn. */
function jitterAt(most: number, seed: number, step: number, steps: number, axis: number): number {
  if (most === 0 || step >= steps - steps / 8) return 0;
  return (derivedSeed(seed, 0x6a17, step, axis) % (2 * most + 1)) - most;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const size = parts[0]?.length ?? 0;
  const whole = new Float32Array(size * parts.length);
  parts.forEach((part, index) => {
    whole.set(part, index * size);
  });
  return whole;
}
