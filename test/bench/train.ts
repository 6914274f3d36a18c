import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { pythonEnvironment } from '../python-environment';
import { median } from './median';
import { ConvscopeContender } from './train/convscope';
import { writeImages, type BenchImages } from './train/images';
import { benchNets, type BenchNet } from './train/nets';
import { WorkerContender, type Contender } from './train/worker';

/** Multiplications and additions of a forward and backward pass of the textbook's convnet over one image. */
const seedMegaFlop = 16.4;

const folder = path.resolve('test/bench/train');

interface NetResult {
  readonly net: BenchNet['name'];
  readonly imagesPerSecond: Readonly<Record<string, readonly number[]>>;
  readonly matMulGigaFlops: readonly number[];
}

/**
 * npm run bench -- train [--repetitions 5] [--nets seed,dense,cifar] [--data FOLDER]: Convscope beside Keras, PyTorch
 * and TensorFlow.js's own fit on the same images, batch 64, in turn in one run, so that a busy machine is busy for all.
 * Prints medians and ratios as a table and as JSON.
 */
export default async function train(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      repetitions: { type: 'string', default: '5' },
      nets: { type: 'string', default: benchNets.map(({ name }) => name).join() },
      data: { type: 'string', default: '../shared/data/mnist' },
    },
  });
  const python = await pythonEnvironment('bench', path.join(folder, 'requirements.txt'), false);
  const wanted = values.nets.split(',');
  for (const net of benchNets.filter(({ name }) => wanted.includes(name))) {
    const result = await measure(net, python, values.data, Number(values.repetitions));
    print(table(net, result));
    print(JSON.stringify({ bench: 'train', ...result }));
  }
}

async function measure(
  net: BenchNet,
  python: string,
  mnist: string,
  repetitions: number,
): Promise<NetResult> {
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'convscope-bench-'));
  const images = await writeImages(net, mnist, scratch);
  const stock = await startWorker('tfjs-node fit', process.execPath, 'stock-worker.mjs', net, images);
  const contenders: readonly Contender[] = [
    await ConvscopeContender.start(net, images, path.join(scratch, 'runs')),
    await startWorker('Keras fit', python, 'keras_worker.py', net, images),
    // TensorFlow leaves oneDNN off on some processors, where Convscope switches it on.
    await startWorker('Keras fit, oneDNN on', python, 'keras_worker.py', net, images, {
      TF_ENABLE_ONEDNN_OPTS: '1',
    }),
    await startWorker('PyTorch eager', python, 'torch_worker.py', net, images),
    stock,
  ];
  const imagesPerSecond: Record<string, number[]> = {};
  const matMulGigaFlops: number[] = [];
  try {
    for (let repetition = 1; repetition <= repetitions; repetition++) {
      for (const contender of contenders) {
        const speed = await contender.trial(net.images);
        (imagesPerSecond[contender.name] ??= []).push(speed);
        print(`${net.name} ${repetition}/${repetitions} ${contender.name}: ${Math.round(speed)} img/s`);
      }
      matMulGigaFlops.push(await stock.ask('matmul'));
    }
  } finally {
    for (const contender of contenders) await contender.quit();
    await rm(scratch, { recursive: true, force: true });
  }
  return { net: net.name, imagesPerSecond, matMulGigaFlops };
}

function startWorker(
  name: string,
  program: string,
  script: string,
  net: BenchNet,
  images: BenchImages,
  environment: Readonly<Record<string, string>> = {},
): Promise<WorkerContender> {
  const shape = net.shape.map(String);
  const args = [path.join(folder, script), net.name, images.pixels, images.labels, ...shape];
  return WorkerContender.start(name, program, args, environment);
}

/** Ratios are medians of the ratios within a repetition: what slows the machine slows both sides of each. */
function table(net: BenchNet, { imagesPerSecond, matMulGigaFlops }: NetResult): string {
  const ours = imagesPerSecond['Convscope'] ?? [];
  const rows = Object.entries(imagesPerSecond).map(([name, speeds]) => {
    const ratio = median(ours.map((speed, index) => speed / (speeds[index] ?? NaN)));
    return `| ${name} | ${Math.round(median(speeds)).toLocaleString('en-US')} | ${ratio.toFixed(2)} |`;
  });
  const bound = matMulGigaFlops.map((rate) => (rate * 1000) / seedMegaFlop);
  if (net.name === 'seed') {
    const share = median(ours.map((speed, index) => speed / (bound[index] ?? NaN)));
    rows.push(
      `| matMul at ${seedMegaFlop} MFLOP an image | ${Math.round(median(bound)).toLocaleString('en-US')} | ${share.toFixed(2)} |`,
    );
  }
  return [
    '',
    `${net.title}, batch 64`,
    '| what | img/s | Convscope is so many times as fast |',
    '| --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
