/** What must hold of evidence whatever the network, and what a network that has learned must show. */
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evidenceMethod, type EvidenceMaps, type EvidenceMethod } from '#shared/evidence';
import type { ImageSet } from '#shared/images';
import { startWasm } from '../../../../../../electron/lab/engine/wasm/start';
import { explain } from '../../../../../../electron/lab/insight/evidence/explain';
import { hasTensorFlow } from '../../engine/steps';
import {
  imageOf,
  lineNetwork,
  linesImage,
  side,
  stripedImages,
  stripeNetwork,
  trainedStripeNetwork,
} from './stripes';

if (!(await hasTensorFlow())) await startWasm();

const method = (kind: EvidenceMethod['kind'], options: object = {}): EvidenceMethod =>
  evidenceMethod.parse({ kind, ...options });

const methods = [
  method('saliency'),
  method('smooth-grad', { samples: 20, sigma: 0.1 }),
  method('gradient-times-input'),
  method('integrated-gradients'),
  method('guided-backpropagation'),
  method('grad-cam'),
  method('grad-cam', { layer: 'first' }),
  method('grad-cam-plus-plus'),
  method('occlusion'),
];
const titled = methods.map((one) => ({
  title: one.kind + ('layer' in one && one.layer !== null ? ` at ${one.layer}` : ''),
  one,
}));

describe.each([
  { channels: 1, colours: 'grey' },
  { channels: 3, colours: 'coloured' },
])('evidence in $colours images', ({ channels }) => {
  const images = stripedImages(12, channels, 99);
  let model: tf.LayersModel;
  beforeAll(async () => {
    model = await trainedStripeNetwork(channels);
  }, 60_000);
  afterAll(() => {
    model.dispose();
  });

  it.each(titled)('has the size of the image and leaves no tensor: $title', async ({ one }) => {
    const before = tf.memory().numTensors;
    const { map, raw, image, probability } = await explainImage(model, images, 0, one);
    expect(tf.memory().numTensors).toBe(before);
    expect(map.shape).toEqual([side, side, 1]);
    for (const picture of [map, raw, image]) {
      const [height, width, depth] = picture.shape;
      expect(picture.values).toHaveLength(height * width * depth);
      expect(picture.values.every(Number.isFinite)).toBe(true);
    }
    expect(map.values.some((value) => value !== 0)).toBe(true);
    expect(probability).toBeGreaterThan(0.5);
  });

  // Adebayo et al. 2018: what looks the same for random weights says nothing of the network. Guided backpropagation is
  // known to fail this test (it redraws the image's edges, arXiv:1810.03292, figure 2), so that nothing is asked of it.
  it.each(titled.filter(({ one }) => one.kind !== 'guided-backpropagation'))(
    'is another where the weights are random: $title',
    async ({ one }) => {
      const random = stripeNetwork(channels, 1234);
      const correlations: number[] = [];
      for (let index = 0; index < images.count; index++) {
        const label = images.labels[index] as number;
        const [learned, unlearned] = [
          await explainImage(model, images, index, one, label),
          await explainImage(random, images, index, one, label),
        ];
        correlations.push(rankCorrelation(learned.map.values, unlearned.map.values));
      }
      random.dispose();

      expect(mean(correlations)).toBeLessThan(0.5);
    },
  );

  // The upper left quarter is the evidence for class 0, the lower right one that for class 1.
  it.each(titled)('lies in the part of the image that the class depends on: $title', async ({ one }) => {
    const known = lineNetwork(channels);
    const image = { shape: [side, side, channels], values: linesImage(channels) } as const;
    const asked = 'layer' in one && one.layer !== null ? { ...one, layer: 'lines' } : one;
    for (const [classIndex, quarter] of [
      [0, 0],
      [1, 3],
    ] as const) {
      const { map } = await explain(known, image, { method: asked, class: classIndex });
      const sums = magnitudeByQuarter(map.values);
      const all = sums.reduce((sum, one) => sum + one, 0);
      expect((sums[quarter] as number) / all, `class ${classIndex}`).toBeGreaterThan(0.8);
    }
    known.dispose();
  });

  it('adds up to the difference of the logits: integrated gradients', async () => {
    for (const baseline of [0, 0.5]) {
      const asked = method('integrated-gradients', { steps: 300, baseline });
      const found = await explainImage(model, images, 1, asked);
      const difference = found.logit - logitOfFlat(model, images, baseline, found.classIndex);
      const sum = found.map.values.reduce((total, value) => total + value, 0);
      expect(Math.abs(sum - difference)).toBeLessThan(0.01 * Math.abs(difference));
    }
  });

  it('is the whole difference of the logits where the patch covers all: occlusion', async () => {
    const found = await explainImage(
      model,
      images,
      2,
      method('occlusion', { patch: side, stride: side, fill: 0.25 }),
    );
    const difference = found.logit - logitOfFlat(model, images, 0.25, found.classIndex);
    expect(found.raw.shape).toEqual([1, 1, 1]);
    for (const value of found.map.values) expect(value).toBeCloseTo(difference, 4);
  });

  it('is the same for the same seed and another for another: SmoothGrad', async () => {
    const seeded = async (seed: number) =>
      (await explainImage(model, images, 3, method('smooth-grad', { samples: 4, seed }))).map.values;
    expect(await seeded(0)).toEqual(await seeded(0));
    expect(await seeded(1)).not.toEqual(await seeded(0));
  });
});

describe('evidence is refused', () => {
  const model = stripeNetwork(1, 1);
  const images = stripedImages(1, 1, 1);
  const refused: readonly (readonly [string, EvidenceMethod, number | 'predicted', RegExp])[] = [
    ['a class that is not there', method('saliency'), 3, /no class 3: the network tells 3 apart/],
    [
      'a layer that is not there',
      method('grad-cam', { layer: 'conv9' }),
      0,
      /no layer "conv9"; it has .*second/,
    ],
    [
      'a layer without maps',
      method('grad-cam', { layer: 'features' }),
      0,
      /features has no feature maps; choose one of first, .*second/,
    ],
    [
      'a patch larger than the image',
      method('occlusion', { patch: 21 }),
      0,
      /21 x 21 does not fit .* 20 x 20/,
    ],
    [
      'a stride that leaves pixels out',
      method('occlusion', { patch: 2, stride: [2, 3] }),
      0,
      /2 x 2 that moves by 2 x 3 leaves pixels out/,
    ],
  ];

  it.each(refused)('%s', async (_, one, classIndex, sentence) => {
    const before = tf.memory().numTensors;
    await expect(explainImage(model, images, 0, one, classIndex)).rejects.toThrow(sentence);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('an image of another size', async () => {
    const image = { shape: [8, 8, 1], values: new Float32Array(64) } as const;
    const asked = explain(model, image, { method: method('saliency'), class: 0 });
    await expect(asked).rejects.toThrow(/reads images of 20 x 20 x 1, but this one is 8 x 8 x 1/);
  });
});

function explainImage(
  model: tf.LayersModel,
  images: ImageSet,
  index: number,
  one: EvidenceMethod,
  classIndex: number | 'predicted' = 'predicted',
): Promise<EvidenceMaps> {
  return explain(
    model,
    { shape: images.shape, values: imageOf(images, index) },
    { method: one, class: classIndex },
  );
}

/** Of an image of one value, from the network's own probabilities and so but for what they share. */
function logitOfFlat(model: tf.LayersModel, images: ImageSet, value: number, classIndex: number): number {
  const dense = model.getLayer('classes');
  const features = tf.model({ inputs: model.inputs, outputs: dense.input as tf.SymbolicTensor });
  return tf.tidy(() => {
    const [kernel, bias] = dense.getWeights() as [tf.Tensor2D, tf.Tensor1D];
    const x = features.predict(tf.fill([1, ...images.shape], value)) as tf.Tensor2D;
    return x.matMul(kernel).add(bias).dataSync()[classIndex] as number;
  });
}

/** Upper left, upper right, lower left, lower right. */
function magnitudeByQuarter(map: Float32Array): readonly number[] {
  const sums = [0, 0, 0, 0];
  map.forEach((value, index) => {
    const quarter = (Math.floor(index / side) >= side / 2 ? 2 : 0) + (index % side >= side / 2 ? 1 : 0);
    sums[quarter] = (sums[quarter] as number) + Math.abs(value);
  });
  return sums;
}

/** Spearman's; 0 where one of the two is the same everywhere. */
function rankCorrelation(some: Float32Array, others: Float32Array): number {
  const [a, b] = [ranks(some), ranks(others)];
  const middle = (a.length - 1) / 2;
  const product = (x: number[], y: number[]): number =>
    x.reduce((sum, value, index) => sum + (value - middle) * ((y[index] as number) - middle), 0);
  const spread = Math.sqrt(product(a, a) * product(b, b));
  return spread === 0 ? 0 : product(a, b) / spread;
}

/** Equal values share the mean of their ranks. */
function ranks(values: Float32Array): number[] {
  const order = [...values.keys()].sort((a, b) => (values[a] as number) - (values[b] as number));
  const ranked = [...values].map(() => 0);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && values[order[to] as number] === values[order[from] as number]) to++;
    for (let place = from; place < to; place++) ranked[order[place] as number] = (from + to - 1) / 2;
    from = to;
  }
  return ranked;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
