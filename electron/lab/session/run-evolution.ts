import { Refusal } from '#shared/errors';
import { imageSize, type ImageSet } from '#shared/images';
import type { Evolution, EvolutionRequest } from '#shared/insight';
import { isOpened } from '#shared/spec';
import { drawEvolution, type EvolutionOptions, type EvolutionStage } from '../insight/evolution';
import type { InsightWatch } from '../insight/watch';
import { buildModel } from '../model/build';
import { listCheckpoints, readCheckpoint } from '../runs/checkpoint';
import { readRunSpec } from '../runs/run-folder';
import type { BenchMoment } from './evidence-desk';
import { networkOfTopology } from './models/opened-network';

/**
 * Follows a filter through the checkpoints of a run, on a network of its own: the bench's goes on training. Throws a
 * `Refusal` where the run has none, or its network reads other images than the one to be shown is.
 * @param now the bench, of whose images one is shown for `response`
 */
export async function runEvolution(
  folder: string,
  request: EvolutionRequest,
  now: () => BenchMoment,
  watch: InsightWatch,
): Promise<Evolution> {
  const spec = await readRunSpec(folder);
  const checkpoints = spread(await listCheckpoints(folder), request.most);
  const [first] = checkpoints;
  if (first === undefined)
    throw new Refusal(`The run ${folder} has no checkpoint yet; let it train an epoch.`);
  const image = request.of === 'response' ? imageOf(request.image, spec.inputShape, now()) : null;
  const { topology } = await readCheckpoint(first);
  const { recipe, inputShape, classes } = spec;
  const model = isOpened(recipe.model)
    ? await networkOfTopology(topology)
    : buildModel(recipe.model, { inputShape, classes: classes.length, seed: recipe.training.seed });
  try {
    const stages = stagesOf(checkpoints);
    return await drawEvolution(model, request, { count: checkpoints.length, stages, image, watch });
  } finally {
    model.dispose();
  }
}

/** The network's weights at each checkpoint. */
export async function* stagesOf(checkpoints: readonly string[]): AsyncGenerator<EvolutionStage> {
  for (const folder of checkpoints) {
    const { weights, position } = await readCheckpoint(folder);
    yield { step: position.step, epoch: position.epochs, weights };
  }
}

/** At most so many, evenly, with the first and the last. */
export function spread(folders: readonly string[], most: number): readonly string[] {
  if (folders.length <= most) return folders;
  if (most === 1) return folders.slice(-1);
  return Array.from(
    { length: most },
    (_, index) => folders[Math.round((index * (folders.length - 1)) / (most - 1))] as string,
  );
}

function imageOf(
  index: number | null,
  inputShape: readonly number[],
  { bench, probe }: BenchMoment,
): EvolutionOptions['image'] {
  const { test } = bench;
  if (test.shape.join() !== inputShape.join()) {
    throw new Refusal(
      `The run's network reads images of ${inputShape.join(' x ')}, but those on the bench are ` +
        `${test.shape.join(' x ')}; put the run's data on the bench.`,
    );
  }
  const pixels = index === null ? probe.pixels : testImage(test, index);
  return { shape: test.shape, values: Float32Array.from(pixels, (value) => value / 255) };
}

function testImage(test: ImageSet, index: number): Uint8Array {
  if (index >= test.count) {
    throw new Refusal(`There is no test image ${index}: the set has ${test.count}, counted from 0.`);
  }
  const size = imageSize(test.shape);
  return test.pixels.subarray(index * size, (index + 1) * size);
}
