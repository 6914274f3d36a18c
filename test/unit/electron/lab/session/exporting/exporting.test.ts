import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encode } from 'fast-png';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  exportRecipe,
  exportRequest,
  exportSubject,
  formatsOf,
  type ExportedFile,
  type ExportFormat,
  type ExportKind,
} from '#shared/export';
import { recipe as recipeSchema } from '#shared/spec';
import { DataShelf, openBench } from '../../../../../../electron/lab/session/bench';
import { ExportDesk } from '../../../../../../electron/lab/session/export-desk';
import { benchSubject } from '../../../../../../electron/lab/session/exporting/bench-subject';
import { layersWithKernels } from '../../../../../../electron/lab/session/exporting/layers';
import { makeAgain, makeFile } from '../../../../../../electron/lab/session/exporting/make-file';
import { openSubject, withLayers } from '../../../../../../electron/lab/session/exporting/subject';
import { writeExport } from '../../../../../../electron/lab/session/exporting/write-file';
import { trainTinyRun, type TinyRun } from './tiny-run';

const engine = { engine: 'wasm', version: '1' } as const;
const watch = () => ({ report: () => undefined, signal: new AbortController().signal });

let tiny: TinyRun;
beforeAll(async () => {
  tiny = await trainTinyRun();
});
afterAll(async () => {
  await tiny.remove();
});

/** The least that each kind is told. */
const works: Readonly<Record<ExportKind, object>> = {
  kernels: { layer: 'conv2d' },
  patterns: { of: { layer: 'conv2d_1' }, options: { steps: 2 } },
  maps: { layer: 'conv2d', image: { kind: 'test', index: 1 } },
  evidence: {
    image: { kind: 'test', index: 0 },
    methods: [{ kind: 'saliency' }, { kind: 'smooth-grad', samples: 3 }, { kind: 'grad-cam' }],
  },
  evolution: { options: { layer: 'conv2d', channel: 1, of: 'response' } },
  report: { steps: 2 },
};

function requestOf(kind: ExportKind, format: ExportFormat, work: object = works[kind], look: object = {}) {
  // One method only: NPY holds one array.
  const methods = kind === 'evidence' && format === 'npy' ? { methods: [{ kind: 'saliency' }] } : {};
  return exportRequest.parse({ work: { kind, ...work, ...methods }, format, look: { scale: 2, ...look } });
}

async function made(...request: Parameters<typeof requestOf>): Promise<ExportedFile> {
  const opened = await openSubject(exportSubject.parse({ path: tiny.run }));
  try {
    return await makeFile(opened, requestOf(...request), engine, watch());
  } finally {
    opened.dispose();
  }
}

async function madeAgain(file: ExportedFile): Promise<ExportedFile> {
  // As it comes from a file.
  const recipe = exportRecipe.parse(JSON.parse(JSON.stringify(file.recipe)));
  const opened = await openSubject(recipe.subject);
  try {
    return await makeAgain(opened, recipe, engine, watch());
  } finally {
    opened.dispose();
  }
}

const pairs = Object.entries(formatsOf).flatMap(([kind, formats]) =>
  formats.map((format) => [kind, format] as [ExportKind, ExportFormat]),
);
/** How files of each format begin. */
const beginnings: Readonly<Record<ExportFormat, string>> = {
  png: '\x89PNG',
  svg: '<?xml',
  npy: '\x93NUMPY',
  npz: 'PK\x03\x04',
  gif: 'GIF89a',
  glb: 'glTF',
  csv: '',
  html: '<!doctype html>',
};

describe('what a run is exported as', () => {
  it.each(pairs)('%s as %s, and by its recipe again to the same bytes', async (kind, format) => {
    const file = await made(kind, format);
    const beginning = beginnings[format];
    expect(Buffer.from(file.bytes.subarray(0, beginning.length)).toString('latin1')).toBe(beginning);
    expect(file.bytes.length).toBeGreaterThan(60);
    expect(file.name).toMatch(new RegExp(`^[\\w-]+-${kind}\\.${format}$`));
    const again = await madeAgain(file);
    expect(Buffer.from(again.bytes).equals(Buffer.from(file.bytes))).toBe(true);
    expect(again.recipe).toEqual(file.recipe);
  });

  it('is told of in CSV by the values themselves', async () => {
    const text = Buffer.from((await made('maps', 'csv')).bytes).toString();
    const [header, ...rows] = text.trimEnd().split('\r\n');
    expect(header).toBe('layer,y,x,channel,value');
    expect(rows).toHaveLength(6 * 6 * 3);
    expect(rows.at(-1)).toMatch(/^conv2d,5,5,2,/);
    const kernels = Buffer.from((await made('kernels', 'csv')).bytes).toString();
    expect(kernels.split('\r\n')[1]).toMatch(/^Kernels of conv2d,conv2d \[0\],/);
  });

  it('has in the recipe what was left open: the checkpoint, the class, the layer', async () => {
    const { recipe } = await made('evidence', 'png');
    expect(recipe.subject.checkpoint).toMatch(/^step-\d+$/);
    const { work } = recipe.request;
    expect(work).toMatchObject({ kind: 'evidence', class: expect.any(Number) as number });
    expect(JSON.stringify(work)).toContain('"layer":"conv2d_1"');
  });

  it('has in the recipe what patterns were drawn by', async () => {
    const options = { steps: 2 };
    const maps = (await made('patterns', 'png', { of: { layer: 'conv2d_1' }, options })).recipe.request;
    expect(maps.work).toMatchObject({ options: { objective: 'texture', size: { height: 28, width: 28 } } });
    const classes = (await made('patterns', 'png', { of: 'classes', options })).recipe.request;
    expect(classes.work).toMatchObject({ options: { objective: 'map', learningRate: 0.5 } });
  });

  it('shows any picture, in the size and the colours that the network reads', async () => {
    const file = path.join(tiny.folder, 'colour.png');
    const data = Uint8Array.from({ length: 40 * 20 * 3 }, (_, i) => (i * 7) % 256);
    await writeFile(file, encode({ width: 40, height: 20, channels: 3, depth: 8, data }));
    const image = { kind: 'file', path: file };
    const { recipe } = await made('maps', 'npy', { layer: 'conv2d', image });
    expect(recipe.imageSha256).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('kernels as CSV', () => {
  it('have a column for each number, however many filters are like each other', async () => {
    const text = Buffer.from((await made('kernels', 'csv', { layer: 'conv2d_1' })).bytes).toString();
    const [head, ...lines] = text.trim().split('\r\n');
    expect(head).toBe('sheet,name,note,norm,most like,cosine');
    expect(lines.every((line) => line.split(',').length >= 6)).toBe(true);
  });
});

describe('a model of others', () => {
  const fixtures = path.resolve(import.meta.dirname, '../../../../../fixtures/models');

  it.each(['keras/nested3.keras', 'onnx/convnet.onnx'])('is exported as a run is: %s', async (file) => {
    const opened = await openSubject(exportSubject.parse({ path: path.join(fixtures, file) }));
    try {
      const request = exportRequest.parse({ work: { kind: 'report', steps: 1 }, format: 'html' });
      const { bytes, recipe } = await makeFile(opened, request, engine, watch());
      const text = Buffer.from(bytes).toString();
      for (const { name } of layersWithKernels(withLayers(opened).model))
        expect(text).toContain(`<h3>${name}</h3>`);
      expect(recipe.subject.checkpoint).toBeNull();
    } finally {
      opened.dispose();
    }
  });

  it('has no test images of its own', async () => {
    const opened = await openSubject(exportSubject.parse({ path: path.join(fixtures, 'onnx/convnet.onnx') }));
    try {
      const image = { kind: 'test', index: 0 };
      const request = exportRequest.parse({ work: { kind: 'maps', image }, format: 'png' });
      await expect(makeFile(opened, request, engine, watch())).rejects.toThrow(
        /name data with --data, or an image file/,
      );
    } finally {
      opened.dispose();
    }
  });

  it('that runs as a graph shows the maps of its operations, and has no more than these', async () => {
    const recipe = recipeSchema.parse({
      model: { name: 'graph', file: path.join(fixtures, 'onnx/graph.onnx') },
      data: { source: 'none' },
      training: {},
    });
    const bench = await openBench(recipe, new DataShelf(), watch(), () => undefined);
    const pixels = Uint8Array.from({ length: 10 * 9 * 2 }, (_, index) => (index * 37) % 256);
    const test = { count: 1, shape: [10, 9, 2] as const, pixels, labels: new Int32Array(1) };
    const probe = { source: { kind: 'sample', index: 0, label: 0 }, pixels } as const;
    const moment = { bench: { ...bench, test }, probe, step: 0, runFolder: null, training: false };
    const opened = await benchSubject(moment);
    const image = { kind: 'test', index: 0 };
    const file = async (kind: ExportKind, format: ExportFormat, work: object) =>
      makeFile(opened, exportRequest.parse({ work: { kind, ...work }, format }), engine, watch());
    try {
      // Names and sizes as ONNX Runtime has them (test/fixtures/models/make_onnx.py).
      const { bytes } = await file('maps', 'npz', { image });
      const names = ['Conv_c1', 'LRN_l', 'InstanceNormalization_i', 'Relu_r'];
      expect(Object.keys(unzipSync(bytes))).toEqual(names.map((name) => `${name}.npy`));
      const values = (await bench.probed.activations(pixels)).layers.find(({ name }) => name === 'Relu_r');
      const one = (await file('maps', 'npy', { layer: 'Relu_r', image })).bytes;
      expect(Buffer.from(one.subarray(0, 128)).toString('latin1')).toContain("'shape': (8, 7, 4)");
      expect(new Float32Array(one.slice(-4 * 8 * 7 * 4).buffer)).toEqual(values?.values);
      await expect(file('maps', 'npy', { layer: 'Relu', image })).rejects.toThrow(/did you mean Relu_r\?/);
      await expect(file('kernels', 'png', {})).rejects.toThrow(/graph runs as a graph, without layers/);
    } finally {
      opened.dispose();
      bench.step.dispose();
    }
  });
});

describe('a recipe', () => {
  it('is refused where the network is no longer the one it was made of', async () => {
    const file = await made('kernels', 'png');
    const other = { ...file, recipe: { ...file.recipe, modelSha256: '0'.repeat(64) } };
    await expect(madeAgain(other)).rejects.toThrow(/no longer holds the network that the recipe was made of/);
  });

  it('is refused where the image is no longer the one it was shown', async () => {
    const file = await made('maps', 'png');
    const other = { ...file, recipe: { ...file.recipe, imageSha256: '0'.repeat(64) } };
    await expect(madeAgain(other)).rejects.toThrow(/image that the network was shown is no longer/);
  });
});

describe('what cannot be exported', () => {
  const image = { kind: 'test', index: 0 };
  it.each([
    [
      'an unknown layer',
      'maps',
      'png',
      { layer: 'conv2d_11', image },
      /no layer conv2d_11; did you mean conv2d_1\? Its layers are conv2d, conv2d_1, flatten, dense/,
    ],
    [
      'a layer without channels',
      'maps',
      'png',
      { layer: 'flatten', image },
      /flatten \(Flatten\) gives 32 values, not channels; those of conv2d, conv2d_1 are there/,
    ],
    ['a layer without kernels', 'kernels', 'png', { layer: 'flatten' }, /flatten.*no kernels/],
    [
      'an image that is not there',
      'maps',
      'png',
      { image: { kind: 'test', index: 60 } },
      /no test image 60: the data has 60, counted from 0/,
    ],
    [
      'a class that is not there',
      'evidence',
      'png',
      { image, methods: [{ kind: 'saliency' }], class: 10 },
      /10/,
    ],
    [
      'several layers in one array',
      'maps',
      'npy',
      { image },
      /NPY holds one array, and these are 2 \(conv2d, conv2d_1\); name a single layer, or take NPZ/,
    ],
  ] as [string, ExportKind, ExportFormat, object, RegExp][])(
    '%s',
    async (_, kind, format, work, sentence) => {
      await expect(made(kind, format, work)).rejects.toMatchObject({
        name: 'Refusal',
        message: expect.stringMatching(sentence) as string,
      });
    },
  );

  it('is an image that is none', async () => {
    const file = path.join(tiny.folder, 'notes.txt');
    await writeFile(file, 'no picture');
    const work = { layer: 'conv2d', image: { kind: 'file', path: file } };
    await expect(made('maps', 'png', work)).rejects.toThrow(
      /notes\.txt cannot be read: it is no picture; PNG, JPEG/,
    );
  });

  it('is a pair of kind and format that does not go together, by the one table', () => {
    const wrong = exportRequest.safeParse({ work: { kind: 'report' }, format: 'png' });
    expect(wrong.error?.issues[0]?.message).toBe('Report is not exported as PNG; take HTML.');
  });
});

describe('an exported file', () => {
  it('lies beside its recipe, and is not written over without being told to', async () => {
    const folder = path.join(tiny.folder, 'files');
    await mkdir(folder);
    const file = await made('kernels', 'png');
    const target = path.join(folder, 'kernels.png');
    await writeExport(target, file, false);
    expect((await readdir(folder)).sort()).toEqual(['kernels.png', 'kernels.png.recipe.json']);
    expect(exportRecipe.parse(JSON.parse(await readFile(`${target}.recipe.json`, 'utf8')))).toEqual(
      file.recipe,
    );
    await expect(writeExport(target, file, false)).rejects.toThrow(
      /is there already; name another file, or write over it with --force/,
    );
    await writeExport(target, file, true);
    expect(Buffer.from(await readFile(target)).equals(Buffer.from(file.bytes))).toBe(true);
  });

  it('is refused a place where it cannot be, with what would do', async () => {
    const file = await made('kernels', 'png');
    const missing = path.join(tiny.folder, 'no', 'such', 'k.png');
    await expect(writeExport(missing, file, false)).rejects.toThrow(/There is no folder .*; make it first/);
    await writeFile(path.join(tiny.folder, 'plain'), '');
    await expect(writeExport(path.join(tiny.folder, 'plain', 'k.png'), file, false)).rejects.toThrow(
      /plain is a file; name another folder/,
    );
    await expect(writeExport(tiny.folder, file, true)).rejects.toThrow(/is a folder; name a file in it/);
  });
});

describe('the export desk', () => {
  const deskOf = (progressed: (label: string) => void = () => undefined) =>
    new ExportDesk({ now: () => tiny.session.now(), progressed: ({ label }) => progressed(label), engine });

  it('makes of the network on the bench the file that its run gives', async () => {
    const wanted = requestOf('maps', 'npz');
    const fromBench = await deskOf().exportFile({ id: 1, request: wanted });
    const fromRun = await made('maps', 'npz');
    expect(fromBench.recipe.modelSha256).toBe(fromRun.recipe.modelSha256);
    expect(Buffer.from(fromBench.bytes).equals(Buffer.from(fromRun.bytes))).toBe(true);
    expect((await madeAgain(fromBench)).recipe.fileSha256).toBe(fromBench.recipe.fileSha256);
  });

  it('keeps what the lab shows in the recipe: a test image by number, a drawing by its pixels', async () => {
    const request = requestOf('maps', 'npy', { layer: 'conv2d', image: { kind: 'probe' } });
    await tiny.session.probe({ kind: 'sample', index: 7 });
    const sample = await deskOf().exportFile({ id: 1, request });
    expect(sample.recipe.request.work).toMatchObject({ image: { kind: 'test', index: 7 } });
    const pixels = Uint8Array.from({ length: 32 * 32 }, (_, i) => (i % 32 > 12 && i % 32 < 18 ? 255 : 0));
    await tiny.session.probe({ kind: 'drawing', side: 32, pixels });
    const drawing = await deskOf().exportFile({ id: 1, request });
    expect(drawing.recipe.request.work).toMatchObject({ image: { kind: 'pixels', shape: [28, 28, 1] } });
    expect(Buffer.from((await madeAgain(drawing)).bytes).equals(Buffer.from(drawing.bytes))).toBe(true);
  });

  it('ends an export on request, with the sentence that windows know', async () => {
    const desk = deskOf((label) => {
      if (label.startsWith('Drawing')) desk.cancel(3);
    });
    const request = requestOf('patterns', 'png', { options: { steps: 5000 } });
    await expect(desk.exportFile({ id: 3, request })).rejects.toThrow('It was cancelled.');
  });
});
