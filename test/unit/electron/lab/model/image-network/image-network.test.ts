import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import type { ImageShape } from '#shared/images';
import { usualPreprocessing, type Preprocessing } from '#shared/spec';
import { fitImages } from '../../../../../../electron/lab/model/fit-images';
import {
  imageNetwork,
  type ImageNetworkOptions,
} from '../../../../../../electron/lab/model/image-network/image-network';
import { openModel } from '../../../../../../electron/lab/model/open';
import type { LayersNetwork } from '../../../../../../electron/lab/model/opened-model';

const asItIs: ImageNetworkOptions = {
  images: null,
  preprocessing: usualPreprocessing,
  trainableLayers: null,
  newHead: null,
};

/** Noise, the same each time. */
function noise(shape: ImageShape) {
  const count = 2;
  const size = shape[0] * shape[1] * shape[2];
  const pixels = Uint8Array.from({ length: count * size }, (_, index) => (index * 7919) % 256);
  return { count, shape, pixels, labels: new Int32Array(count) };
}

async function opened(file: string): Promise<LayersNetwork> {
  const { network } = await openModel(file);
  if (network.kind !== 'layers') throw new Error(`${file} is a graph.`);
  return network;
}

/** What a network makes of images that `fitImages` prepared, and what the image network makes of them by itself. */
function both(network: LayersNetwork, options: ImageNetworkOptions) {
  const { model, inputShape, classes } = imageNetwork(network, options);
  const images = noise(inputShape);
  let own: readonly number[] = [];
  let adapted: readonly number[] = [];
  tf.tidy(() => {
    const input = fitImages(images, network.model.inputs[0]?.shape ?? [], options.preprocessing);
    const last = [network.model.predict(input)].flat().at(-1) as tf.Tensor;
    const values = Float32Array.from(images.pixels, (pixel) => pixel / 255);
    const seen = model.predict(tf.tensor4d(values, [images.count, ...images.shape])) as tf.Tensor;
    own = [...last.dataSync<'float32'>()];
    adapted = [...seen.dataSync<'float32'>()];
  });
  const layers = model.layers.map((layer) => layer.getClassName());
  const found = { own, adapted, classes, layers, parameters: model.countParams() };
  model.dispose();
  return found;
}

function expectClose(found: readonly number[], wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, index) => {
    expect(Math.abs(value - (wanted[index] as number))).toBeLessThan(1e-5);
  });
}

/** A network of one dense layer over grey images of 2 x 2, as a file of it would be opened. */
function denseNetwork(
  units: number,
  activation: 'linear' | 'sigmoid' | 'softmax',
  shape = [2, 2, 1],
): LayersNetwork {
  const input = tf.input({ shape, name: 'pixels' });
  const flat = tf.layers
    .reshape({ name: 'flat', targetShape: [shape.reduce((product, size) => product * size, 1)] })
    .apply(input) as tf.SymbolicTensor;
  const output = tf.layers
    .dense({
      units,
      activation,
      name: 'scores',
      kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }),
    })
    .apply(flat) as tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs: output });
  return {
    kind: 'layers',
    owner: 'dense',
    model,
    layers: [],
    complete: true,
    dispose: () => model.dispose(),
  };
}

const softmax = (row: readonly number[]): readonly number[] => {
  const powers = row.map(Math.exp);
  const sum = powers.reduce((all, power) => all + power, 0);
  return powers.map((power) => power / sum);
};

describe('imageNetwork', () => {
  const folder = 'test/fixtures/models/keras';
  const files = readdirSync(folder)
    .filter(
      (name) => /(?<!weights)\.(h5|keras)$/.test(name) || statSync(path.join(folder, name)).isDirectory(),
    )
    .filter((name) => !/lambda|temporal/.test(name));

  it.each(files)('computes what the network of %s computes, in one flat graph', async (name) => {
    const network = await opened(path.join(folder, name));
    const { own, adapted, layers, parameters } = both(network, asItIs);
    if (network.model.outputs.length === 1) expect(parameters).toBe(network.model.countParams());
    expect(layers).not.toContain('Functional');
    const rows = own.length / 2;
    const isProbabilities = Math.abs(own.slice(0, rows).reduce((sum, value) => sum + value, 0) - 1) < 1e-3;
    if (isProbabilities) expectClose(adapted, own);
    else
      expectClose(
        adapted.slice(0, rows),
        rows === adapted.length / 2 && layers.at(-1) === 'Activation'
          ? softmax(own.slice(0, rows))
          : own.slice(0, rows),
      );
    network.dispose();
  });

  const caffe: Preprocessing = {
    range: [0, 255],
    channelOrder: 'bgr',
    mean: [103.9, 116.8, 123.7],
    deviation: [57, 58, 59],
    inverted: false,
  };
  it.each([
    { what: 'a margin as LeNet', images: [28, 28, 1], input: [32, 32, 1], preprocessing: usualPreprocessing },
    { what: 'another size', images: [5, 7, 1], input: [8, 6, 1], preprocessing: usualPreprocessing },
    { what: 'colour for grey', images: [4, 4, 3], input: [4, 4, 1], preprocessing: usualPreprocessing },
    { what: 'grey for colour', images: [4, 4, 1], input: [4, 4, 3], preprocessing: usualPreprocessing },
    { what: 'blue first, mean and deviation', images: [4, 4, 3], input: [4, 4, 3], preprocessing: caffe },
    { what: 'a row of pixels', images: [4, 4, 1], input: [16], preprocessing: usualPreprocessing },
    { what: 'no channels', images: [4, 4, 1], input: [4, 4], preprocessing: usualPreprocessing },
    { what: 'channels first', images: [5, 4, 3], input: [3, 5, 4], preprocessing: usualPreprocessing },
    {
      what: 'inverted pixels inside a margin',
      images: [4, 4, 1],
      input: [8, 8, 1],
      preprocessing: { ...usualPreprocessing, range: [-1, 1] as [number, number], inverted: true },
    },
  ])('prepares $what as `fitImages` does', ({ images, input, preprocessing }) => {
    const network = denseNetwork(3, 'softmax', input);
    const shape = images as unknown as ImageShape;
    const { own, adapted } = both(network, { ...asItIs, images: shape, preprocessing });
    expectClose(adapted, own);
    network.dispose();
  });

  it('makes probabilities of logits, and of the answer yes or no', () => {
    const logits = denseNetwork(3, 'linear');
    const three = both(logits, asItIs);
    expect(three.classes).toBe(3);
    expectClose(three.adapted, [...softmax(three.own.slice(0, 3)), ...softmax(three.own.slice(3))]);
    logits.dispose();
    const answer = denseNetwork(1, 'sigmoid');
    const two = both(answer, asItIs);
    expect(two.classes).toBe(2);
    const [first, second] = two.own as [number, number];
    expectClose(two.adapted, [1 - first, first, 1 - second, second]);
    answer.dispose();
  });

  it('leaves what gives an image back as it is', () => {
    const network = denseNetwork(4, 'linear');
    const { own, adapted, classes } = both(network, asItIs);
    expect(classes).toBeNull();
    expectClose(adapted, own);
    network.dispose();
  });

  it('trains the last layers alone, and puts a new head in the place of the last one', () => {
    const network = denseNetwork(3, 'softmax');
    const { model } = imageNetwork(network, {
      ...asItIs,
      trainableLayers: 1,
      newHead: { classes: 5, seed: 1 },
    });
    expect(model.outputs[0]?.shape).toEqual([null, 5]);
    expect(model.trainableWeights.map(({ originalName }) => originalName)).toEqual([
      'new_head/kernel',
      'new_head/bias',
    ]);
    model.dispose();
    network.dispose();
  });

  it('refuses what no image is, in words', () => {
    const network = denseNetwork(3, 'softmax', [2, 2, 2, 1]);
    expect(() => imageNetwork(network, asItIs)).toThrow(
      'The network reads 2 x 2 x 2 x 1 values, which is no image.',
    );
    network.dispose();
  });
});
