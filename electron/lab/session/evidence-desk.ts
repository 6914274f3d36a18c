import type { Evidence, EvidenceRequest, TopImages, TopImagesRequest } from '#shared/evidence';
import { explain } from '../insight/evidence/explain';
import { topImages } from '../insight/evidence/top-images';
import type { Bench } from './bench';
import type { Probe } from './probe';

/** The network on the bench at one moment, and the image that it is shown. */
export interface BenchMoment {
  readonly bench: Bench;
  readonly probe: Probe;
  /** Batches trained. */
  readonly step: number;
}

/**
 * Answers what the network on the bench sees in images. Training may be under way: an answer is that of the weights as
 * they were when it was asked for, and batches are trained in between.
 */
export class EvidenceDesk {
  readonly #now: () => BenchMoment;

  /** @param now throws a `Refusal` where there is no network */
  constructor(now: () => BenchMoment) {
    this.#now = now;
  }

  async evidence(request: EvidenceRequest): Promise<Evidence> {
    const { bench, probe, step } = this.#now();
    const values = Float32Array.from(probe.pixels, (value) => value / 255);
    const image = { shape: bench.test.shape, values };
    const maps = await explain(bench.step.network(), image, request);
    const className = bench.info.classes[maps.classIndex] ?? String(maps.classIndex);
    return { ...maps, probe: probe.source, step, className };
  }

  async topImages(request: TopImagesRequest): Promise<TopImages> {
    const { bench, step } = this.#now();
    return { ...(await topImages(bench.step.network(), bench.test, request)), step };
  }
}
