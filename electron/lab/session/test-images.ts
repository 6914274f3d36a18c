import { Refusal } from '#shared/errors';
import type { Evaluation } from '#shared/evaluation';
import { sliceImages } from '#shared/images';
import type { SampleRange, Samples } from '#shared/probe';
import { evaluateClasses } from '../training/evaluate';
import type { Bench } from './bench';

/** A stretch of the test images before the network on the bench; past their end there are none. */
export function samplesOf(bench: Bench | null, { from, count }: SampleRange): Samples {
  if (bench === null) throw new Refusal('There are no test images yet; prepare a network first.');
  const { test } = bench;
  const images = sliceImages(test, Math.min(from, test.count), Math.min(from + count, test.count));
  // Copies of their own size: a view's message would carry the whole set behind it.
  return {
    from,
    total: test.count,
    shape: test.shape,
    pixels: images.pixels.slice(),
    labels: images.labels.slice(),
  };
}

/** Reads all of them with the network as it is now. */
export function evaluateBench(bench: Bench | null): Promise<Evaluation> {
  if (bench === null) throw new Refusal('There is no network to evaluate; prepare one first.');
  if (bench.unscorable !== null) throw new Refusal(bench.unscorable);
  const { probed, test, info } = bench;
  return evaluateClasses(probed, test, info.classes.length);
}
