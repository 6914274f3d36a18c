import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refusal } from '#shared/errors';
import { startEngine } from '../../../../../../electron/lab/engine/backend';
import { inputShapeOf, inspect } from '../../../../../../electron/lab/insight/inspect';
import { patternInput, shapeForOne } from '../../../../../../electron/lab/insight/pattern';
import { openModel } from '../../../../../../electron/lab/model/open';
import { realDataFolder } from '../../../../../real-data-folder';
import { mutated, randomNumbers } from './mutate';

/**
 * Damages samples of every format and opens them: each is opened or refused with a sentence, within seconds and within
 * bounds of memory. CONVSCOPE_MUTATIONS says how many mutations a sample; a few find what was broken today, thousands
 * what nobody thought of.
 */
const mutations = Number(process.env['CONVSCOPE_MUTATIONS'] ?? 6);
const firstSeed = Number(process.env['CONVSCOPE_FIRST_MUTATION'] ?? 0);
const longestSeconds = 20;
const largestGrowth = 1024 * 1024 * 1024;

const fixtures = path.join(import.meta.dirname, '../../../../../fixtures/models');

interface Sample {
  readonly folder: string;
  /** What is opened, relative to the folder; '' for all of it. */
  readonly main: string;
  /** What belongs to the model, one of which is damaged. */
  readonly files: readonly string[];
}

const models = /\.(h5|hdf5|keras|onnx)$/;
const samples = [...(await samplesIn(fixtures)), ...(await samplesIn(path.join(realDataFolder, 'models')))];

describe('damaged models', () => {
  let aside = '';

  beforeAll(async () => {
    await startEngine('auto');
    aside = await mkdtemp(path.join(tmpdir(), 'convscope-fuzz-'));
  });

  afterAll(async () => {
    await rm(aside, { recursive: true });
  });

  it.each(samples.map((sample) => [path.join(path.basename(sample.folder), sample.main), sample] as const))(
    '%s is opened or refused, never a fault',
    async (_name, sample) => {
      const copy = path.join(aside, 'sample');
      const before = process.memoryUsage().rss;
      const faults: string[] = [];
      for (let seed = firstSeed; seed < firstSeed + mutations; seed++) {
        await damage(sample, copy, seed);
        const started = performance.now();
        const problem = await openAndRun(path.join(copy, sample.main));
        const seconds = (performance.now() - started) / 1000;
        const grown = process.memoryUsage().rss - before;
        if (problem !== null) faults.push(`mutation ${String(seed)}: ${problem}`);
        if (seconds > longestSeconds) faults.push(`mutation ${String(seed)}: took ${seconds.toFixed(1)} s`);
        if (grown > largestGrowth) faults.push(`mutation ${String(seed)}: ${String(grown)} bytes more`);
        await rm(copy, { recursive: true });
      }
      expect(faults).toEqual([]);
    },
    60_000 + mutations * longestSeconds * 1000,
  );
});

async function damage({ folder, files }: Sample, copy: string, seed: number): Promise<void> {
  for (const file of files) await cp(path.join(folder, file), path.join(copy, file));
  const chosen = files[randomNumbers(seed)(files.length)] as string;
  const bytes = mutated(await readFile(path.join(folder, chosen)), seed);
  // The copy may be read-only, as the real data is.
  await rm(path.join(copy, chosen));
  await writeFile(path.join(copy, chosen), bytes);
}

/** `null` if all went as it should, otherwise what was thrown. */
async function openAndRun(file: string): Promise<string | null> {
  try {
    const model = await openModel(file);
    try {
      await inspect(model, patternInput(shapeForOne(inputShapeOf(model))));
    } finally {
      model.dispose();
    }
    return null;
  } catch (thrown) {
    if (thrown instanceof Refusal && /^[^\n]{10,1200}\.$/.test(thrown.message)) return null;
    return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  }
}

/** Every file and folder that is a model by itself, two levels down. */
async function samplesIn(root: string): Promise<readonly Sample[]> {
  const found: Sample[] = [];
  for (const kind of await readdir(root).catch(() => [])) {
    const folder = path.join(root, kind);
    if (!(await stat(folder)).isDirectory()) continue;
    for (const name of await readdir(folder)) found.push(...(await sampleAt(folder, name)));
  }
  return found;
}

async function sampleAt(parent: string, name: string): Promise<readonly Sample[]> {
  const at = path.join(parent, name);
  if (!(await stat(at)).isDirectory()) {
    if (!models.test(name)) return [];
    // Weights and their description beside them are called alike.
    const stem = name.replace(/\..*$/, '');
    const files = (await readdir(parent)).filter(
      (other) => other.replace(/\..*$/, '') === stem && other !== name,
    );
    return [{ folder: parent, main: name, files: [name, ...files] }];
  }
  const inside = await readdir(at, { recursive: true, withFileTypes: true });
  const files = inside
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(at, path.join(entry.parentPath, entry.name)));
  return [{ folder: at, main: '', files }];
}
