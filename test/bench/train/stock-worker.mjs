// Trains with TensorFlow.js's own model.fit, on the same TensorFlow and addon as Convscope: reads a number of images a
// line, answers images a second a line. A line `matmul` is answered with this machine's GFLOP/s of matMul.
//   stock-worker.mjs NET PIXELS LABELS HEIGHT WIDTH CHANNELS
import fs from 'node:fs';
import readline from 'node:readline';
import util from 'node:util';

process.env['TF_CPP_MIN_LOG_LEVEL'] = '3';
// Node 23 took it away, and tfjs-node calls it.
if (!('isNullOrUndefined' in util)) {
  Reflect.set(
    util,
    'isNullOrUndefined',
    (/** @type {unknown} */ value) => value === null || value === undefined,
  );
}
const { default: tf } = await import('@tensorflow/tfjs-node-gpu');

const { layers } = tf;
const conv = (/** @type {number} */ filters) => layers.conv2d({ filters, kernelSize: 3, activation: 'relu' });
const block = (/** @type {number} */ filters) =>
  [0, 1].flatMap(() => [
    layers.conv2d({ filters, kernelSize: 3, padding: 'same' }),
    layers.batchNormalization(),
    layers.activation({ activation: 'relu' }),
  ]);
const pool = () => layers.maxPooling2d({ poolSize: 2 });
const dropout = () => layers.dropout({ rate: 0.25 });

/**
 * @param {string | undefined} net
 * @returns {import('@tensorflow/tfjs').layers.Layer[]}
 */
function layersOf(net) {
  switch (net) {
    case 'seed':
      return [
        ...[conv(32), pool(), conv(64), pool(), conv(64)],
        ...[layers.flatten(), layers.dense({ units: 64, activation: 'relu' })],
      ];
    case 'dense':
      return [layers.flatten(), layers.dense({ units: 512, activation: 'relu' })];
    case 'cifar':
      return [
        ...[32, 64, 128].flatMap((filters) => [...block(filters), pool(), dropout()]),
        layers.flatten(),
      ];
    default:
      throw new Error(`no net ${net}`);
  }
}

function matMulRate() {
  const size = 1024;
  const a = tf.randomUniform([size, size]);
  const b = tf.randomUniform([size, size]);
  const times = Array.from({ length: 20 }, () => {
    const started = performance.now();
    const product = tf.matMul(a, b);
    product.dataSync();
    product.dispose();
    return performance.now() - started;
  });
  tf.dispose([a, b]);
  return (2 * size ** 3) / Math.min(...times) / 1e6;
}

async function main() {
  const [net, pixels, labels, ...sizes] = process.argv.slice(2);
  const [height = 0, width = 0, channels = 0] = sizes.map(Number);
  const bytes = fs.readFileSync(String(pixels));
  const scaled = Float32Array.from(bytes, (value) => value / 255);
  const count = scaled.length / (height * width * channels);
  const x = tf.tensor4d(scaled, [count, height, width, channels]);
  const classes = Int32Array.from(fs.readFileSync(String(labels)));
  const y = tf.oneHot(tf.tensor1d(classes, 'int32'), 10).toFloat();
  const model = tf.sequential();
  model.add(layers.inputLayer({ inputShape: [height, width, channels] }));
  for (const layer of layersOf(net)) model.add(layer);
  model.add(layers.dense({ units: 10, activation: 'softmax' }));
  model.compile({ optimizer: 'rmsprop', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const fit = async (/** @type {number} */ images) => {
    const batch = [x.slice(0, images), y.slice(0, images)];
    await model.fit(/** @type {import('@tensorflow/tfjs').Tensor} */ (batch[0]), batch[1] ?? y, {
      batchSize: 64,
      epochs: 1,
      verbose: 0,
    });
    tf.dispose(batch);
  };
  await fit(640);
  process.stdout.write('ready\n');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    if (line === 'matmul') {
      process.stdout.write(`${matMulRate()}\n`);
      continue;
    }
    const started = performance.now();
    await fit(Number(line));
    process.stdout.write(`${(Number(line) * 1000) / (performance.now() - started)}\n`);
  }
}

await main();
