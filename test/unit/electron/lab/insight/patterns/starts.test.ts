import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import type { ImageSet } from '#shared/images';
import { patternsRequest, type Patterns } from '#shared/insight';
import { scoped } from '../../../../../../electron/lab/engine/scope';
import { drawPatterns } from '../../../../../../electron/lab/insight/patterns/patterns';
import { Spectrum } from '../../../../../../electron/lab/insight/patterns/spectrum';
import { hasTensorFlow } from '../../engine/steps';

const tensorFlow = await hasTensorFlow();
const L = tf.layers;
const side = 12;
/** Nothing is penalised: a checkerboard is the worst of all images to the total variation. */
const request = (channels: readonly number[]) =>
  patternsRequest.parse({
    layer: 'filters',
    channels,
    objective: 'map',
    steps: 12,
    seed: 3,
    penalties: { totalVariation: 0, l2: 0 },
  });
const log = (sentence: string): never => {
  throw new Error(sentence);
};

interface Gate {
  /** Of 5 by 5. */
  readonly kernel: (row: number, column: number) => number;
  readonly bias: number;
}

/** Each filter sees one gate, a relu that lets something through where its kernel is answered by more than -bias. */
function behindGates(gates: readonly Gate[]): tf.LayersModel {
  const input = tf.input({ shape: [side, side, 1] });
  const gate = L.conv2d({ name: 'gates', filters: gates.length, kernelSize: 5, activation: 'relu' });
  const filters = L.conv2d({ name: 'filters', filters: gates.length, kernelSize: 1 });
  const output = filters.apply(gate.apply(input)) as tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs: output });
  tf.tidy(() => {
    const kernels = gates.map(({ kernel }) =>
      Array.from({ length: 25 }, (_, place) => kernel(Math.floor(place / 5), place % 5)),
    );
    gate.setWeights([
      tf.tensor2d(kernels).transpose().reshape([5, 5, 1, gates.length]),
      tf.tensor1d(gates.map(({ bias }) => bias)),
    ]);
    filters.setWeights([
      tf.eye(gates.length).reshape([1, 1, gates.length, gates.length]),
      tf.zeros([gates.length]),
    ]);
  });
  return model;
}

const edge = (_: number, column: number): number => Math.sign(column - 2);
/** A checkerboard: what chance hardly makes. */
const board = (row: number, column: number): number => ((row + column) % 2 === 0 ? 1 : -1);

/** Mid-grey images and, as the last one, a checkerboard that is not perfect. */
const evidence: ImageSet = {
  count: 4,
  shape: [side, side, 1],
  pixels: Uint8Array.from({ length: 4 * side * side }, (_, index) => {
    const place = index % (side * side);
    if (index < 3 * side * side) return 128;
    return board(Math.floor(place / side), place % side) > 0 ? 220 : 35;
  }),
  labels: new Int32Array(4),
};

const open: Gate = { kernel: edge, bias: 1 };
/** At grey the edge is answered by 0. */
const shutAtGrey: Gate = { kernel: edge, bias: -1 };
/** Only something close to the board reaches it: a perfect one by 12 or 13. */
const shutButForTheBoard: Gate = { kernel: board, bias: -8 };
const shutForAll: Gate = { kernel: edge, bias: -100 };

const valuesOf = ({ sheet }: Patterns, index: number) => sheet.pictures[index]?.values;

describe.runIf(tensorFlow)('a filter that no pixel changes near grey', () => {
  it('is drawn from another start; one that nothing opens is called dead, others keep their bytes', async () => {
    const model = behindGates([open, shutAtGrey, shutForAll]);
    const before = tf.memory().numTensors;
    const drawn = await drawPatterns(model, request([0, 1, 2]), { evidence: null, log });
    expect(tf.memory().numTensors).toBe(before);
    expect(drawn.facts.map(({ dead }) => dead === null)).toEqual([true, true, false]);
    expect(drawn.facts[1]?.response).toBeGreaterThan(0.1);
    expect(drawn.facts[2]?.dead?.sentence).toBe(
      'No pixel changes its response (0.00) at any of 4 starts; it was shown no image.',
    );
    const again = await drawPatterns(model, request([0, 1, 2]), { evidence: null, log });
    expect(valuesOf(again, 1)).toEqual(valuesOf(drawn, 1));
    const without = await drawPatterns(model, request([0, 0, 0]), { evidence: null, log });
    expect(valuesOf(drawn, 0)).toEqual(valuesOf(without, 0));
    model.dispose();
  });

  it('is drawn from the image that excites it most, where chance does not open it', async () => {
    const model = behindGates([shutButForTheBoard, shutForAll]);
    const alone = await drawPatterns(model, request([0, 1]), { evidence: null, log });
    expect(alone.facts[0]?.dead?.sentence).toMatch(/at any of 4 starts/);
    const shown = await drawPatterns(model, request([0, 1]), { evidence, log });
    const [found, dead] = shown.facts;
    expect(found?.dead).toBeNull();
    expect(found?.bestImage?.index).toBe(3);
    expect(found?.response).toBeGreaterThan(found?.bestImage?.response ?? Infinity);
    expect(dead?.dead?.sentence).toBe(
      'No pixel changes its response, which is 0.00 for every one of 4 images.',
    );
    model.dispose();
  });
});

describe('the spectrum of an image', () => {
  it.each([1, 3])('makes it again, with %i channels and a margin', (channels) => {
    const shape = [7, 5, channels] as const;
    const spectrum = new Spectrum({ shape, margin: 2, scales: false });
    const image = Float32Array.from({ length: 7 * 5 * channels }, (_, i) => 0.1 + 0.8 * ((i * 0.37) % 1));
    const made = scoped(() =>
      spectrum
        .images(
          tf.tensor(spectrum.valuesOf(image), spectrum.valuesShape(1)),
          tf.tensor1d(spectrum.indices(0, 0), 'int32'),
          tf.tensor1d(spectrum.indices(1, 0), 'int32'),
          tf.scalar(1),
        )
        .dataSync<'float32'>(),
    );
    expect(made).toHaveLength(image.length);
    made.forEach((value, place) => {
      expect(value).toBeCloseTo(image[place] as number, 3);
    });
  });
});
