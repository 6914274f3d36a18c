import path from 'node:path';
import { parseArgs } from 'node:util';
import { patternsRequest } from '#shared/insight';
import { startEngine } from '../../electron/lab/engine/backend';
import { drawPatterns } from '../../electron/lab/insight/patterns/patterns';
import { buildModel } from '../../electron/lab/model/build';
import { pythonEnvironment } from '../python-environment';
import { median } from './median';
import { benchNets } from './train/nets';
import { WorkerContender } from './train/worker';

const folder = path.resolve('test/bench');
const layers = ['conv2d', 'conv2d_1', 'conv2d_2'];

const loops = {
  'one-eager': 'Keras, one filter at a time, as published',
  'one-function': 'Keras, one filter at a time, tf.function',
  batched: 'Keras, a layer at a time, tf.function traced before',
  'batched-new': 'Keras, a layer at a time, tf.function, tracing included',
} as const;

/**
 * npm run bench -- patterns [--repetitions 5] [--steps 40] [--loops NAME,NAME]: what all 160 filters of the textbook's convolutions look for,
 * beside the usual loop in Keras, in turn in one run. Convscope's time holds everything from the request to the
 * pictures, tracing included, as if the network were new each time. The loops ascend the mean of a map and penalise
 * nothing, so Convscope is asked for the same.
 */
export default async function patterns(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      repetitions: { type: 'string', default: '5' },
      steps: { type: 'string', default: '40' },
      loops: { type: 'string', default: Object.keys(loops).join() },
    },
  });
  const steps = Number(values.steps);
  const python = await pythonEnvironment('bench', path.join(folder, 'train', 'requirements.txt'), false);
  await startEngine('tensorflow');
  const draw = convscope();
  // Loads what is loaded once.
  await draw(1);
  const workers: WorkerContender[] = [];
  const seconds: Record<string, number[]> = {};
  const note = (name: string, took: number): void => {
    (seconds[name] ??= []).push(took);
    print(`${name}: ${took.toFixed(2)} s`);
  };
  try {
    const wanted = values.loops.split(',');
    for (const [loop, name] of Object.entries(loops).filter(([each]) => wanted.includes(each))) {
      const script = path.join(folder, 'patterns', 'keras_worker.py');
      // TensorFlow leaves oneDNN off on some processors, where Convscope switches it on.
      const environment = { TF_ENABLE_ONEDNN_OPTS: '1' };
      workers.push(await WorkerContender.start(name, python, [script, loop, values.steps], environment));
    }
    for (let repetition = 0; repetition < Number(values.repetitions); repetition++) {
      note('Convscope', await draw(steps));
      for (const worker of workers) note(worker.name, await worker.ask('draw'));
    }
  } finally {
    for (const worker of workers) await worker.quit();
  }
  print(table(seconds));
  print(JSON.stringify({ bench: 'patterns', filters: 160, steps, seconds }));
}

/** Draws all filters and says how many seconds it took. */
function convscope(): (steps: number) => Promise<number> {
  const net = benchNets.find(({ name }) => name === 'seed');
  if (net === undefined) throw new Error('The benches have no net of the textbook.');
  const model = buildModel(net.spec, { inputShape: net.shape, classes: 10, seed: 1 });
  return async (steps) => {
    const started = performance.now();
    for (const layer of layers) {
      const log = (sentence: string): never => {
        throw new Error(sentence);
      };
      await drawPatterns(
        model,
        patternsRequest.parse({ layer, steps, objective: 'map', penalties: { totalVariation: 0, l2: 0 } }),
        { evidence: null, log },
      );
    }
    return (performance.now() - started) / 1000;
  };
}

/** Ratios are medians of the ratios within a repetition: what slows the machine slows both sides of each. */
function table(seconds: Readonly<Record<string, readonly number[]>>): string {
  const ours = seconds['Convscope'] ?? [];
  const rows = Object.entries(seconds).map(([name, taken]) => {
    const ratio = median(taken.map((took, index) => took / (ours[index] ?? NaN)));
    return `| ${name} | ${median(taken).toFixed(2)} | ${ratio.toFixed(2)} |`;
  });
  return [
    '',
    'Patterns of 160 filters',
    '| what | seconds | times as long as Convscope |',
    '| --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
