import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startWasm } from '../../../../../electron/lab/engine/wasm/start';
import { LayerGraph } from '../../../../../electron/lab/insight/layer-graph';
import { ReceptiveField } from '../../../../../electron/lab/insight/receptive-field';
import type { ImageShape } from '#shared/images';

const L = tf.layers;
const relu = { activation: 'relu', useBias: false } as const;

beforeAll(async () => {
  await startWasm();
});
afterEach(() => {
  tf.disposeVariables();
});

const on = (layer: tf.layers.Layer, ...inputs: tf.SymbolicTensor[]): tf.SymbolicTensor =>
  layer.apply(inputs.length === 1 ? (inputs[0] as tf.SymbolicTensor) : inputs) as tf.SymbolicTensor;

const chained = (input: tf.SymbolicTensor, ...layers: tf.layers.Layer[]): tf.SymbolicTensor =>
  layers.reduce((x, layer) => on(layer, x), input);

const conv = (kernelSize: number, strides = 1, padding: 'same' | 'valid' = 'same') =>
  L.conv2d({ filters: 1, kernelSize, strides, padding, ...relu });

const pool = (poolSize: number, strides: number, padding: 'same' | 'valid' = 'valid') =>
  L.maxPooling2d({ poolSize, strides, padding });

const fieldOf = (model: tf.LayersModel, image: ImageShape) =>
  new ReceptiveField(new LayerGraph(model), model.layers.at(-1)?.name ?? '', image);

describe('the receptive fields that Araujo et al. 2019 compute', () => {
  const input = () => tf.input({ shape: [224, 224, 1] });

  it('VGG-16 at its last pool: 212 pixels, stride 32, padding 90', () => {
    const start = input();
    const blocks = [2, 2, 3, 3, 3].flatMap((count) => [
      ...Array.from({ length: count }, () => conv(3)),
      pool(2, 2),
    ]);
    const model = tf.model({ inputs: start, outputs: chained(start, ...blocks) });
    const field = { size: 212, jump: 32, start: -90 };
    expect(fieldOf(model, [224, 224, 1]).axes).toEqual([field, field]);
  });

  it('AlexNet v2 at its last pool: 195 pixels, stride 32, padding 64', () => {
    const start = input();
    const layers = [
      conv(11, 4, 'valid'),
      pool(3, 2),
      conv(5),
      pool(3, 2),
      conv(3),
      conv(3),
      conv(3),
      pool(3, 2),
    ];
    const model = tf.model({ inputs: start, outputs: chained(start, ...layers) });
    const field = { size: 195, jump: 32, start: -64 };
    expect(fieldOf(model, [224, 224, 1]).axes).toEqual([field, field]);
  });

  it('ResNet-50: 483 pixels, stride 32, through its branches', () => {
    const start = input();
    let x = chained(start, conv(7, 2), pool(3, 2, 'same'));
    for (const [units, stride] of [
      [3, 1],
      [4, 2],
      [6, 2],
      [3, 2],
    ] as const) {
      for (let unit = 0; unit < units; unit++) {
        const strides = unit === 0 ? stride : 1;
        const shortcut = unit === 0 ? on(conv(1, strides), x) : x;
        x = on(L.add(), shortcut, chained(x, conv(1, strides), conv(3), conv(1)));
      }
    }
    const model = tf.model({ inputs: start, outputs: x });
    const [rows] = fieldOf(model, [224, 224, 1]).axes;
    expect([rows?.size, rows?.jump]).toEqual([483, 32]);
  });
});

/** With weights and pixels above 0 everywhere, all that a cell sees changes it. */
const networks: Readonly<Record<string, () => tf.layers.Layer[]>> = {
  'valid, stride 2': () => [conv(3, 2, 'valid'), conv(2, 1, 'valid')],
  'same, stride 2': () => [conv(3, 2), conv(4, 2), conv(5, 3)],
  dilated: () => [L.conv2d({ filters: 1, kernelSize: 3, dilationRate: 3, padding: 'same', ...relu })],
  depthwise: () => [
    L.depthwiseConv2d({ kernelSize: [3, 5], padding: 'same', ...relu }),
    L.separableConv2d({ filters: 1, kernelSize: 3, padding: 'valid', ...relu }),
  ],
  'average pooling': () => [
    conv(3),
    L.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
    conv(2, 1, 'valid'),
  ],
  'padded and cropped': () => [
    L.zeroPadding2d({
      padding: [
        [2, 0],
        [1, 3],
      ],
    }),
    conv(3, 1, 'valid'),
    L.cropping2D({
      cropping: [
        [1, 2],
        [0, 1],
      ],
    }),
    conv(3, 2, 'valid'),
  ],
  enlarged: () => [conv(3, 2), L.upSampling2d({ size: [3, 2] }), conv(2, 1, 'valid')],
  transposed: () => [
    conv(3, 2, 'valid'),
    L.conv2dTranspose({ filters: 1, kernelSize: 4, strides: 2, ...relu }),
  ],
  'transposed, same': () => [
    L.conv2dTranspose({ filters: 1, kernelSize: 3, strides: 2, padding: 'same', ...relu }),
    conv(2, 1, 'valid'),
  ],
};

describe('a region', () => {
  const shape: ImageShape = [13, 16, 1];

  it.each(Object.keys(networks))('is what changes the cell: %s', (name) => {
    const input = tf.input({ shape: [...shape] });
    const model = tf.model({ inputs: input, outputs: chained(input, ...(networks[name]?.() ?? [])) });
    expectRegionsToMatter(model);
  });

  it('covers both branches, the one that pads and the one that does not', () => {
    const input = tf.input({ shape: [...shape] });
    const left = chained(input, conv(5, 1, 'valid'), conv(3, 2));
    const right = chained(input, L.cropping2D({ cropping: 2 }), conv(2, 2));
    const model = tf.model({ inputs: input, outputs: on(L.concatenate(), left, right) });
    expectRegionsToMatter(model);
  });

  it('is the whole image behind a layer that reads all of it', () => {
    const input = tf.input({ shape: [...shape] });
    const model = tf.model({
      inputs: input,
      outputs: chained(input, conv(3), L.flatten(), L.dense({ units: 2 })),
    });
    const field = fieldOf(model, shape);
    expect(field.axes).toEqual([null, null]);
    expect(field.region(0, 0)).toEqual({ top: 0, left: 0, height: 13, width: 16 });
  });

  it('is known where the network leaves the size open', () => {
    const input = tf.input({ shape: [null, null, 1] });
    const model = tf.model({ inputs: input, outputs: chained(input, conv(3, 2), conv(3, 2)) });
    // 13 rows: 7, then 4, each with one row of padding before; 16 columns: 8, then 4, with none.
    expect(fieldOf(model, shape).axes.map((axis) => axis?.start)).toEqual([-3, 0]);
  });

  function expectRegionsToMatter(model: tf.LayersModel): void {
    for (const weight of model.weights) {
      tf.tidy(() => {
        weight.write(tf.randomUniform(weight.shape as number[], 0.5, 1, 'float32', 3));
      });
    }
    const field = fieldOf(model, shape);
    const [, rows = 0, columns = 0] = model.outputs[0]?.shape as number[];
    const cells = [
      [0, 0],
      [Math.floor(rows / 2), Math.floor(columns / 2)],
      [rows - 1, 0],
      [rows - 1, columns - 1],
    ] as const;
    for (const [row, column] of cells) {
      expect(field.region(row, column), `cell ${row}, ${column}`).toEqual(seenBy(model, row, column));
    }
  }

  /** The smallest rectangle with every pixel that changes a cell of any channel. */
  function seenBy(model: tf.LayersModel, row: number, column: number) {
    const pixels = shape[0] * shape[1];
    const values = tf.tidy(() => {
      const one = tf.eye(pixels).reshape([pixels, ...shape]);
      const images = tf.concat([tf.ones([1, ...shape]), one.add(1)]);
      return (model.predict(images) as tf.Tensor4D)
        .slice([0, row, column, 0], [-1, 1, 1, -1])
        .sum([1, 2, 3])
        .dataSync();
    });
    const [unchanged = NaN, ...changed] = values;
    const seen = [...changed.keys()].filter(
      (index) => Math.abs((changed[index] as number) / unchanged - 1) > 1e-5,
    );
    const ys = seen.map((index) => Math.floor(index / shape[1]));
    const xs = seen.map((index) => index % shape[1]);
    const [top, left] = [Math.min(...ys), Math.min(...xs)];
    return { top, left, height: Math.max(...ys) - top + 1, width: Math.max(...xs) - left + 1 };
  }
});
