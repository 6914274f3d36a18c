import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Refusal } from '#shared/errors';
import { saveFormats } from '#shared/saving';
import { startEngine } from '../../../../../../electron/lab/engine/backend';
import { inspect, inputShapeOf } from '../../../../../../electron/lab/insight/inspect';
import { patternInput, shapeForOne } from '../../../../../../electron/lab/insight/pattern';
import { openModel } from '../../../../../../electron/lab/model/open';
import { saveModel } from '../../../../../../electron/lab/model/saving/save';
import { describeWithRealData } from '../../../../../real-data';
import { maximumDifference } from './networks';

await startEngine('auto');

/** Networks of others, opened and saved again: the same, or refused by the name of a layer. */
describeWithRealData('models trained by others, saved again', 'models', (models) => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'convscope-saved-again-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  const listed = JSON.parse(readFileSync(path.join(models, 'expected.json'), 'utf8')) as object;
  it.each(Object.keys(listed))('%s', async (file) => {
    const opened = await openModel(path.join(models, file));
    try {
      const { network } = opened;
      if (network.kind === 'graph' || !network.complete) return;
      const input = patternInput(shapeForOne(inputShapeOf(opened)));
      const { output } = await inspect(opened, input);
      for (const { id } of saveFormats) {
        const known = { classes: opened.classes, preprocessing: opened.preprocessing };
        const files = await saveModel({ model: network.model, ...known }, id).catch(refusal);
        if (typeof files === 'string') {
          expect(files).toMatch(/cannot hold the layer/);
          continue;
        }
        const at = path.join(folder, `${file.replace(/\W/g, '_')}-${id}`);
        await mkdir(at);
        for (const { path: name, bytes } of files) await writeFile(path.join(at, name), bytes);
        const again = await openModel(at);
        try {
          const given = await inspect(again, input);
          const largest = Math.max(1, ...(output ?? []).map(Math.abs));
          const difference = maximumDifference(given.output ?? undefined, Float32Array.from(output ?? []));
          expect(difference, id).toBeLessThan(1e-5 * largest);
        } finally {
          again.dispose();
        }
      }
    } finally {
      opened.dispose();
    }
  });
});

function refusal(thrown: unknown): string {
  if (thrown instanceof Refusal) return thrown.message;
  throw thrown;
}
