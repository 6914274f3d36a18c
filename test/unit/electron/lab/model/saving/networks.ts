import * as tf from '@tensorflow/tfjs';
import { buildModel } from '../../../../../../electron/lab/model/build';
import {
  bent,
  branched,
  normalised,
  resized,
  scaled,
  sequence,
  shaped,
  shared,
  smooth,
  strided,
} from './architectures';
import { presets } from '../../../../../../electron/lab/model/presets';
import { randomStream } from '../../../../../../electron/lab/data/digits/random';

/** A network with weights as training leaves them, and what it computes. */
export interface Example {
  readonly id: string;
  readonly model: tf.LayersModel;
  /** Two images. */
  readonly input: tf.Tensor;
  readonly output: Float32Array;
  /** Formats that hold all of its layers. */
  readonly formats: readonly string[];
}

const everyFormat = ['tfjs', 'keras', 'h5', 'onnx', 'savedmodel'];

/** Every preset, and networks with what opened models have besides. */
export function examples(): readonly Example[] {
  const ofPresets = presets.map(({ id, spec }) =>
    example(id, buildModel(spec, { inputShape: [28, 28, 1], classes: 10, seed: 3 })),
  );
  return [
    ...ofPresets,
    example('branched', branched()),
    example('strided', strided()),
    example('shared', shared()),
    example('bent', bent(), ['keras', 'onnx', 'savedmodel']),
    example('sequence', sequence()),
    example('shaped', shaped()),
    example('scaled', scaled()),
    example('resized', resized(), ['keras', 'h5', 'onnx', 'savedmodel']),
    // Keras interpolates between other points.
    example('smooth', smooth(), ['onnx', 'savedmodel']),
    example('normalised', normalised(), ['keras', 'h5', 'onnx', 'savedmodel']),
  ];
}

/** Weights that are not what layers begin with: averages of batch normalization among them. */
function example(id: string, model: tf.LayersModel, formats: readonly string[] = everyFormat): Example {
  const random = randomStream(id.length * 7 + 1).uniform;
  for (const { weights } of model.layers) {
    for (const weight of weights)
      weight.write(tf.tensor(valuesFor(weight, random), weight.shape as number[]));
  }
  const shape = [2, ...(model.inputs[0]?.shape.slice(1) ?? [])] as number[];
  const input = tf.tensor(
    Float32Array.from({ length: sizeOf(shape) }, () => random()),
    shape,
  );
  const output = (model.predict(input) as tf.Tensor).dataSync() as Float32Array;
  return { id, model, input, output, formats };
}

type Weight = tf.LayersModel['weights'][number];

function valuesFor({ originalName, shape }: Weight, random: () => number): Float32Array {
  const sizes = shape as number[];
  const between = (from: number, to: number) =>
    Float32Array.from({ length: sizeOf(sizes) }, () => from + (to - from) * random());
  if (originalName.endsWith('/gamma') || originalName.endsWith('/moving_variance')) return between(0.5, 1.5);
  if (!originalName.endsWith('kernel')) return between(-0.3, 0.3);
  // Glorot's range keeps activations of every layer alike.
  const fan = sizes.slice(0, -1).reduce((product, size) => product * size, 1);
  const range = Math.sqrt(3 / Math.max(1, fan));
  return between(-range, range);
}

/** The largest difference of two outputs; of outputs of other lengths none is large enough. */
export function maximumDifference(one: ArrayLike<number> | undefined, other: Float32Array): number {
  if (one?.length !== other.length) return Infinity;
  return other.reduce(
    (largest, value, index) => Math.max(largest, Math.abs(value - (one[index] as number))),
    0,
  );
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
