import { parseArgs } from 'node:util';
import { evidenceRequest, topImagesRequest, type EvidenceMethod } from '#shared/evidence';
import { recipe } from '#shared/spec';
import { openData } from '../../electron/lab/data/open';
import { startEngine } from '../../electron/lab/engine/backend';
import { createTrainingStep } from '../../electron/lab/engine/create-step';
import { explain } from '../../electron/lab/insight/evidence/explain';
import { topImages } from '../../electron/lab/insight/evidence/top-images';
import { buildModel } from '../../electron/lab/model/build';
import { presets } from '../../electron/lab/model/presets';
import { openProbe } from '../../electron/lab/session/probe';
import { median } from './median';

const methods: readonly EvidenceMethod['kind'][] = [
  'grad-cam',
  'grad-cam-plus-plus',
  'saliency',
  'guided-backpropagation',
  'smooth-grad',
  'integrated-gradients',
  'occlusion',
];

/** Grad-CAM on a drawn digit answers faster than this. */
const goalMilliseconds = 50;

/**
 * npm run bench -- evidence [--repetitions 50] [--images 2000]: how long evidence takes on the textbook's convnet, from a
 * drawing of a digit to the map, weights read from the step and all: medians in milliseconds, each method by itself. Also
 * how many images a second are searched for those that excite a layer's filters.
 */
export default async function evidence(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...words],
    options: { repetitions: { type: 'string', default: '50' }, images: { type: 'string', default: '2000' } },
  });
  const engine = await startEngine('auto');
  const [preset] = presets;
  if (preset === undefined) throw new Error('There is no preset.');
  const { data, training } = recipe.parse({
    model: preset.spec,
    data: { source: 'digits', limit: Number(values.images) },
    training: {},
  });
  const signal = new AbortController().signal;
  const dataSet = await openData(data, { report: () => undefined, signal });
  const trainingImages = await dataSet.training({ report: () => undefined, signal });
  const model = buildModel(preset.spec, {
    inputShape: dataSet.shape,
    classes: dataSet.classes.length,
    seed: 1,
  });
  const step = createTrainingStep({
    model,
    training,
    trainingImages,
    classes: dataSet.classes.length,
    log: print,
  });
  const { pixels } = openProbe({ kind: 'drawing', side: 280, pixels: drawnSeven(280) }, trainingImages);
  const image = { shape: dataSet.shape, values: Float32Array.from(pixels, (value) => value / 255) };

  const milliseconds: Record<string, number> = {};
  for (const kind of methods) {
    const request = evidenceRequest.parse({ method: { kind } });
    const times: number[] = [];
    await explain(step.network(), image, request);
    for (let repetition = 0; repetition < Number(values.repetitions); repetition++) {
      const started = performance.now();
      await explain(step.network(), image, request);
      times.push(performance.now() - started);
    }
    milliseconds[kind] = median(times);
    print(`${kind}: ${median(times).toFixed(1)} ms (slowest ${Math.max(...times).toFixed(1)} ms)`);
  }
  print(`grad-cam ${milliseconds['grad-cam']?.toFixed(1)} ms (goal: under ${goalMilliseconds} ms)`);

  const search = topImagesRequest.parse({ layer: 'conv2d_2', channels: [0, 1, 2, 3] });
  const started = performance.now();
  const { searched } = await topImages(step.network(), trainingImages, search);
  const searchedPerSecond = searched / ((performance.now() - started) / 1000);
  print(`top images of conv2d_2: ${Math.round(searchedPerSecond).toLocaleString('en-US')} images/s`);
  print(JSON.stringify({ bench: 'evidence', engine: engine.title, milliseconds, searchedPerSecond }));
  step.dispose();
}

/** A 7 of two straight strokes, white on black. */
function drawnSeven(side: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: side * side }, (_, index) => {
    const y = Math.floor(index / side) / side;
    const x = (index % side) / side;
    const bar = Math.abs(y - 0.25) < 0.04 && x > 0.3 && x < 0.7;
    const leg = y >= 0.25 && y < 0.8 && Math.abs(x - (0.68 - (y - 0.25) * 0.5)) < 0.04;
    return bar || leg ? 255 : 0;
  });
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
