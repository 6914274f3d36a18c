import type { ProbeChoice } from '#shared/probe';
import type { Bench } from './bench';
import { firstSample, keepChoice, openProbe, type KeptChoice, type Probe } from './probe';

/** The image that networks are shown: it stays from one network to the next as long as it is an image for it. */
export class ShownImage {
  #choice: KeptChoice = firstSample;

  for({ test }: Bench): Probe {
    return openProbe(this.#choice, test);
  }

  /**
   * Chooses another one. Throws a `Refusal`, and changes nothing, where it is none for this network.
   * @param current whether the network is still the one that images are shown to
   * @returns whether it was
   */
  async choose(choice: ProbeChoice, bench: Bench, current: (bench: Bench) => boolean): Promise<boolean> {
    const kept = await keepChoice(choice, bench.test.shape);
    if (!current(bench)) return false;
    openProbe(kept, bench.test);
    this.#choice = kept;
    return true;
  }

  /**
   * What was shown to the network before need not be an image for this one: then it is the first test image.
   * @returns a choice that could be fitted to it, by `choose`
   */
  fit({ test }: Bench): ProbeChoice | null {
    const choice = this.#choice;
    if (choice.kind === 'sample' && choice.index >= test.count) this.#choice = firstSample;
    if (choice.kind !== 'picture' || choice.shape.join() === test.shape.join()) return null;
    this.#choice = firstSample;
    return { kind: 'image', bytes: choice.bytes };
  }
}
