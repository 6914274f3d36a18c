import type * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import type { NamedTensor } from '#shared/tensors';

/** A copy of a tensor's values. */
export function namedTensor(name: string, tensor: tf.Tensor): NamedTensor {
  return { name, shape: tensor.shape, values: Float32Array.from(tensor.dataSync<'float32'>()) };
}

/**
 * The saved tensors in the order of those expected. Throws a `Refusal` that names the first that is missing, of
 * another shape, or not expected.
 */
export function fitting(
  expected: readonly { readonly name: string; readonly shape: readonly number[] }[],
  saved: readonly NamedTensor[],
): readonly NamedTensor[] {
  const byName = new Map(saved.map((tensor) => [tensor.name, tensor]));
  const fitted = expected.map(({ name, shape }) => {
    const tensor = byName.get(name);
    if (tensor === undefined) {
      throw new Refusal(`The saved state has no tensor ${name}; it belongs to another network or optimizer.`);
    }
    if (tensor.shape.join() !== shape.join()) {
      throw new Refusal(
        `The saved tensor ${name} is ${describe(tensor.shape)}, but the network needs ${describe(shape)}; ` +
          `it belongs to another network.`,
      );
    }
    byName.delete(name);
    return tensor;
  });
  const [surplus] = byName.keys();
  if (surplus !== undefined) {
    throw new Refusal(`The saved state has a tensor ${surplus} that this network and optimizer do not have.`);
  }
  return fitted;
}

function describe(shape: readonly number[]): string {
  return shape.length === 0 ? 'a single number' : shape.join(' x ');
}
