import * as tf from '@tensorflow/tfjs';
import { Affine } from '../keras-config/own-layers/affine';
import type { NameLayer } from './adapt-input';

export interface NetworkEnd {
  readonly output: tf.SymbolicTensor;
  /** How many classes it tells apart; `null` where it gives something else, such as an image. */
  readonly classes: number | null;
}

/**
 * Lets a network end in one probability a class, where its output can be read so: single values are unfolded, a
 * softmax is put after logits, and the one sigmoid of a network that answers yes or no becomes the probabilities of no
 * and of yes.
 * @param inputSize values of one input: a network that gives back as many does not tell classes apart
 */
export function endInClasses(
  output: tf.SymbolicTensor,
  original: tf.SymbolicTensor,
  inputSize: number,
  name: NameLayer,
): NetworkEnd {
  const sizes = output.shape.slice(1);
  const values = sizes.reduce<number>((product, size) => product * (size ?? 0), 1);
  const isVector = values > 0 && sizes.at(-1) === values;
  if (!isVector || values === inputSize) return { output, classes: null };
  const row =
    sizes.length === 1
      ? output
      : (tf.layers.flatten({ name: name('classes') }).apply(output) as tf.SymbolicTensor);
  const ending = endingOf(original);
  if (values === 1) {
    return ending === 'sigmoid'
      ? { output: noAndYes(row, name), classes: 2 }
      : { output: row, classes: null };
  }
  if (ending !== 'scores') return { output: row, classes: values };
  const softmax = tf.layers.activation({ name: name('probabilities'), activation: 'softmax' });
  return { output: softmax.apply(row) as tf.SymbolicTensor, classes: values };
}

type Ending = 'softmax' | 'sigmoid' | 'scores';

/** Layers that hand values on as they are. */
const passing: ReadonlySet<string> = new Set([
  'Flatten',
  'Reshape',
  'Dropout',
  'Permute',
  'GaussianNoise',
  'GaussianDropout',
]);

/** What the last function before an output is. */
function endingOf(output: tf.SymbolicTensor): Ending {
  let tensor = output;
  for (;;) {
    const layer = tensor.sourceLayer;
    const kind = layer.getClassName();
    if (kind === 'Softmax') return 'softmax';
    const activation = layer.getConfig()['activation'];
    if (activation === 'softmax' || activation === 'sigmoid') return activation;
    const before = tensor.inputs[0];
    const passes = passing.has(kind) || (kind === 'Activation' && activation === 'linear');
    if (!passes || before === undefined) return 'scores';
    tensor = before;
  }
}

function noAndYes(yes: tf.SymbolicTensor, name: NameLayer): tf.SymbolicTensor {
  const both = tf.layers.concatenate({ name: name('twice') }).apply([yes, yes]) as tf.SymbolicTensor;
  return new Affine({ name: name('no_and_yes'), scale: [-1, 1], offset: [1, 0] }).apply(
    both,
  ) as tf.SymbolicTensor;
}
