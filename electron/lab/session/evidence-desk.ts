import type { Evidence, EvidenceRequest, TopImages, TopImagesRequest } from '#shared/evidence';
import { explain } from '../insight/evidence/explain';
import { topImages } from '../insight/evidence/top-images';
import type { InsightWatch } from '../insight/watch';
import type { Bench } from './bench';
import type { Probe } from './probe';

/** The network on the bench at one moment, and the image that it is shown. */
export interface BenchMoment {
  readonly bench: Bench;
  readonly probe: Probe;
  /** Batches trained. */
  readonly step: number;
  /** Of the run that the network belongs to; `null` where it was not trained yet. */
  readonly runFolder: string | null;
  /** Whether that run is under way. */
  readonly training: boolean;
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

  async evidence(request: EvidenceRequest, watch?: InsightWatch): Promise<Evidence> {
    const { bench, probe, step } = this.#now();
    const values = Float32Array.from(probe.pixels, (value) => value / 255);
    const image = { shape: bench.test.shape, values };
    const maps = await explain(bench.step.network(), image, request, watch);
    const className = bench.info.classes[maps.classIndex] ?? String(maps.classIndex);
    return { ...maps, probe: probe.source, step, className };
  }

  async topImages(request: TopImagesRequest, watch?: InsightWatch): Promise<TopImages> {
    const { bench, step } = this.#now();
    return { ...(await topImages(bench.step.network(), bench.test, request, watch)), step };
  }
}
