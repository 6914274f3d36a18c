import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { summarizeDraft, summarizeSpec } from '../../../../../electron/lab/session/summarize';
import { dataSpec, modelSpec } from '#shared/spec';
import { publishedFiles, splitFiles, temporaryFolder, writeFiles } from '../data/fixture';

const spec = modelSpec.parse({
  name: 'dense',
  layers: [{ kind: 'flatten' }, { kind: 'dense', units: 'classes', activation: 'softmax' }],
});

describe('what a network would be', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('on IDX files has an output for every class, though the first images show only some', async () => {
    await writeFiles(folder, publishedFiles(splitFiles([1, 0, 4, 2]), splitFiles([0, 3])));
    const data = dataSpec.parse({ source: 'idx', folder, limit: 1 });
    const summary = await summarizeSpec(spec, data);
    expect(summary).toMatchObject({ inputShape: [2, 3, 1], parameters: (6 + 1) * 5 });
    expect(summary.layers.at(-1)).toMatchObject({ outputShape: [5] });
    expect(await summarizeDraft(spec, data)).toMatchObject({ parameters: (6 + 1) * 5 });
  });
});
