import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NamedTensor } from '#shared/tensors';
import { recipe as recipeSchema, type Recipe } from '#shared/spec';
import { startEngine } from '../../../../../electron/lab/engine/backend';
import { readCheckpoint, listCheckpoints } from '../../../../../electron/lab/runs/checkpoint';
import { DataShelf, openBench, type Bench } from '../../../../../electron/lab/session/bench';
import { unchanged } from '../../../../../electron/lab/session/initial-weights';
import { readResumableRun } from '../../../../../electron/lab/runs/resumable-run';
import { resumeRun } from '../../../../../electron/lab/session/resume-run';
import { TrainingRun } from '../../../../../electron/lab/session/training-run';

const conv = { kind: 'conv2d', filters: 3, kernelSize: 3, strides: 2, activation: 'relu' } as const;
const first = { ...conv, kernelSize: 5 } as const;
const norm = { kind: 'batchNormalization' } as const;
const flatten = { kind: 'flatten' } as const;
const output = { kind: 'dense', units: 'classes', activation: 'softmax' } as const;

const recipe = (layers: readonly object[], initialWeights: string | null = null): Recipe =>
  recipeSchema.parse({
    model: { name: 'tiny', layers },
    data: { source: 'digits', limit: 60 },
    training: { epochs: 1, batchSize: 20 },
    initialWeights: initialWeights === null ? null : { path: initialWeights },
  });

const watch = { report: () => undefined, signal: new AbortController().signal };
const observer = {
  batchTrained: () => undefined,
  epochEnded: () => undefined,
  evaluating: () => undefined,
  troubled: () => undefined,
};

describe('weights of an earlier network', () => {
  const shelf = new DataShelf();
  const said: string[] = [];
  let folder: string;
  let run: string;
  let trained: ReadonlyMap<string, NamedTensor>;

  beforeAll(async () => {
    await startEngine('wasm');
    folder = await mkdtemp(path.join(os.tmpdir(), 'convscope-weights-'));
    run = await train(recipe([first, norm, conv, flatten, output]));
    const { weights } = await readCheckpoint(String((await listCheckpoints(run)).at(-1)));
    trained = byName(weights);
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('stay in layers that did not change, moving averages too, and all others are as fresh as without', async () => {
    const changed = [first, norm, conv, conv, flatten, output];
    const kept = await benchOf(recipe(changed, run));
    const { weights } = await kept.step.state();
    const fresh = await benchOf(recipe(changed));
    const untrained = byName((await fresh.step.state()).weights);
    kept.step.dispose();
    fresh.step.dispose();
    expect(kept.info.initialWeights).toEqual({
      path: run,
      kept: ['conv2d', 'batch_normalization', 'conv2d_1'],
      fresh: ['conv2d_2', 'dense'],
    });
    expect(said).toContain(
      `Weights of ${run} kept: conv2d, batch_normalization, conv2d_1; fresh: conv2d_2, dense.`,
    );
    for (const { name, values } of weights) {
      const isFresh = name.startsWith('conv2d_2/') || name.startsWith('dense/');
      expect([name, values]).toEqual([name, (isFresh ? untrained : trained).get(name)?.values]);
    }
    expect(trained.get('conv2d/kernel')?.values).not.toEqual(untrained.get('conv2d/kernel')?.values);
  });

  it('follow a layer that another one before it has moved and renamed', async () => {
    const bench = await benchOf(
      recipe(
        [{ ...first, filters: 1, padding: 'same', strides: 1 }, first, norm, conv, flatten, output],
        run,
      ),
    );
    const weights = byName((await bench.step.state()).weights);
    bench.step.dispose();
    expect(bench.info.initialWeights?.fresh).toEqual(['conv2d']);
    expect(weights.get('conv2d_1/kernel')?.values).toEqual(trained.get('conv2d/kernel')?.values);
  }, 20_000);

  it('are not kept where activation or shape changed', async () => {
    const bench = await benchOf(
      recipe([{ ...first, activation: 'tanh' }, norm, { ...conv, filters: 4 }, flatten, output], run),
    );
    bench.step.dispose();
    expect(bench.info.initialWeights).toMatchObject({
      kept: ['batch_normalization'],
      fresh: ['conv2d', 'conv2d_1', 'dense'],
    });
  });

  it('are not needed to resume a run that began with them', async () => {
    const source = await train(recipe([first, flatten, output]));
    const later = await train(recipe([first, conv, flatten, output], source));
    await rm(source, { recursive: true });
    const resumption = { folder: later, epochs: 2 };
    const resumed = await resumeRun(
      resumption,
      await readResumableRun(resumption),
      shelf,
      watch,
      () => undefined,
    );
    const again = new TrainingRun(resumed.bench, 'wasm', resumed.start, observer);
    expect(await again.complete()).toMatchObject({ ended: 'completed' });
    resumed.bench.step.dispose();
    expect(resumed.bench.recipe.initialWeights).toEqual({ path: source });
  }, 20_000);

  it('that are nowhere are refused with their path', async () => {
    await expect(benchOf(recipe([first, flatten, output], '/no/such/run'))).rejects.toThrow('/no/such/run');
  });

  async function benchOf(wanted: Recipe): Promise<Bench> {
    return openBench(wanted, shelf, watch, (sentence) => said.push(sentence));
  }

  /** @returns the run's folder */
  async function train(wanted: Recipe): Promise<string> {
    const bench = await benchOf(wanted);
    const begun = await TrainingRun.begin(bench, 'wasm', { among: folder }, observer);
    await begun.complete();
    bench.step.dispose();
    return begun.info.folder;
  }
});

describe('layers that did not change', () => {
  it.each([
    ['abc', 'abc', [0, 1, 2]],
    ['abc', 'axbc', [0, null, 1, 2]],
    ['abc', 'ac', [0, 2]],
    ['abcd', 'axcd', [0, null, 2, 3]],
    // Of two that are alike the one next to the input is kept.
    ['aab', 'ab', [0, 2]],
    ['ab', 'aab', [0, null, 1]],
    ['ab', 'ba', [1, null]],
    ['', 'a', [null]],
  ])('of %s in %s are %j', (before, after, expected) => {
    expect(unchanged([...before], [...after])).toEqual(expected);
  });
});

function byName(tensors: readonly NamedTensor[]): ReadonlyMap<string, NamedTensor> {
  return new Map(tensors.map((tensor) => [tensor.name, tensor]));
}
