import type { KerasLayer } from '../../keras-config/keras-model';
import type { StoredWeight, WantedWeight } from '../../keras-config/weight-source';

/**
 * Kernels of Keras 1, as Keras 2 converts them when it loads such files (`preprocess_weights_for_loading` in
 * keras/engine/saving.py of Keras 2.3).
 */
export function weightOfKeras1(stored: StoredWeight, layer: KerasLayer, wanted: WantedWeight): StoredWeight {
  if (wanted.name !== 'kernel') return stored;
  const channelsFirst = layer.config['data_format'] === 'channels_first';
  switch (layer.className) {
    case 'Conv1D':
      return oneDirection(stored, wanted);
    case 'Conv2D':
      // Held as filters, channels, rows, columns.
      return channelsFirst ? transposed(stored, [2, 3, 1, 0]) : stored;
    case 'Conv3D':
      return channelsFirst ? transposed(stored, [2, 3, 4, 1, 0]) : stored;
    case 'Conv2DTranspose':
      return transposed(stored, channelsFirst ? [2, 3, 0, 1] : [0, 1, 3, 2]);
    default:
      return stored;
  }
}

/** Convolutions in one direction were held as ones in two, of one column. */
function oneDirection(stored: StoredWeight, { shape: [length] }: WantedWeight): StoredWeight {
  if (stored.shape.length !== 4) return stored;
  const current = stored.shape[0] === length && stored.shape[1] === 1;
  const ordered = current ? stored : transposed(stored, [2, 3, 1, 0]);
  const [steps, , channels, filters] = ordered.shape as [number, number, number, number];
  return { ...ordered, shape: [steps, channels, filters] };
}

/** Theano convolves where TensorFlow correlates: its kernels are turned by half a turn. */
export function weightOfTheano(stored: StoredWeight, layer: KerasLayer, wanted: WantedWeight): StoredWeight {
  const directions: Readonly<Record<string, number>> = {
    Conv1D: 1,
    Conv2D: 2,
    Conv3D: 3,
    Conv2DTranspose: 2,
  };
  const turned = wanted.name === 'kernel' ? (directions[layer.className] ?? 0) : 0;
  return turned === 0 ? stored : { ...stored, read: () => flipped(stored, turned) };
}

/** Reverses the first axes. */
function flipped({ shape, read }: StoredWeight, axes: number): Float32Array {
  const values = read();
  const positions = shape.slice(0, axes).reduce((product, size) => product * size, 1);
  const each = positions === 0 ? 0 : values.length / positions;
  const result = new Float32Array(values.length);
  // Reversing every one of the leading axes reverses the order of the blocks they count.
  for (let position = 0; position < positions; position++) {
    const from = (positions - 1 - position) * each;
    result.set(values.subarray(from, from + each), position * each);
  }
  return result;
}

/** With axis `order[i]` as axis i, as NumPy's `transpose` does. */
function transposed(stored: StoredWeight, order: readonly number[]): StoredWeight {
  if (stored.shape.length !== order.length) return stored;
  const shape = order.map((axis) => stored.shape[axis] as number);
  return { ...stored, shape, read: () => permuted(stored.read(), stored.shape, order) };
}

function permuted(values: Float32Array, shape: readonly number[], order: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const sizes = order.map((axis) => shape[axis] as number);
  const steps = order.map((axis) => strides[axis] as number);
  const index = sizes.map(() => 0);
  const result = new Float32Array(values.length);
  let from = 0;
  for (let to = 0; to < result.length; to++) {
    result[to] = values[from] as number;
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      from += steps[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (sizes[axis] as number)) break;
      from -= (steps[axis] as number) * (sizes[axis] as number);
      index[axis] = 0;
    }
  }
  return result;
}
