import { windowConfig, withZeros } from './convolution';
import { requireMaps, Unmappable, type NodeMapper } from './mapper';
import { windowOf, type Window } from './windows';

export const maxPooling: NodeMapper = (node, mapper, attributes) => {
  const input = mapper.tensor(node, 0);
  const channels = requireMaps(input);
  const window = windowOf(node, attributes, input.shape, null);
  requirePlain(window, attributes.integer('ceil_mode', 0), input.shape);
  if (node.outputs.length > 1) throw new Unmappable('gives the places of the maxima too');
  // Zeros around are no maximum only where nothing is below them.
  if (window.padding.kind === 'explicit' && !input.positive) {
    throw new Unmappable('pads its input, which may be negative, in a way that layers do not');
  }
  mapper.layer(node, [withZeros(node, mapper, input, window)], {
    className: 'MaxPooling2D',
    config: { ...windowConfig(window), pool_size: window.kernel },
    shape: [null, channels, ...window.gives],
    positive: input.positive,
  });
};

export const averagePooling: NodeMapper = (node, mapper, attributes) => {
  const input = mapper.tensor(node, 0);
  const channels = requireMaps(input);
  const window = windowOf(node, attributes, input.shape, null);
  requirePlain(window, attributes.integer('ceil_mode', 0), input.shape);
  const countsZeros = attributes.integer('count_include_pad', 0) !== 0;
  // TensorFlow leaves out the zeros that it adds itself.
  const fits = window.padding.kind === 'valid' || (window.padding.kind === 'explicit') === countsZeros;
  if (!fits) throw new Unmappable('counts its padding in a way that layers do not');
  mapper.layer(node, [withZeros(node, mapper, input, window)], {
    className: 'AveragePooling2D',
    config: { ...windowConfig(window), pool_size: window.kernel },
    shape: [null, channels, ...window.gives],
    positive: input.positive,
  });
};

function requirePlain(window: Window, ceilMode: number, shape: readonly (number | null)[]): void {
  if (window.dilations.some((rate) => rate !== 1)) throw new Unmappable('has gaps in its window');
  if (ceilMode === 0) return;
  const exact = [0, 1].every((axis) => {
    const size = shape[axis + 2] ?? null;
    return (
      window.padding.kind === 'valid' &&
      size !== null &&
      (size - (window.kernel[axis] as number)) % (window.strides[axis] as number) === 0
    );
  });
  if (!exact) throw new Unmappable('rounds sizes up, which layers do not');
}

export const globalPooling: NodeMapper = (node, mapper) => {
  const input = mapper.tensor(node, 0);
  const channels = requireMaps(input);
  mapper.layer(node, [input], {
    className: node.op === 'GlobalMaxPool' ? 'GlobalMaxPooling2D' : 'GlobalAveragePooling2D',
    config: { data_format: 'channels_first', keepdims: true },
    shape: [null, channels, 1, 1],
    positive: input.positive,
  });
};

/** The mean over rows and columns is a global pooling. */
export const reduceMean: NodeMapper = (node, mapper, attributes) => {
  const input = mapper.tensor(node, 0);
  const channels = requireMaps(input);
  const written = attributes.integers('axes') ?? [...(mapper.constant(node, 1)?.values ?? [])];
  const axes = written.map((axis) => (axis < 0 ? axis + 4 : axis)).sort();
  if (axes.join() !== '2,3') throw new Unmappable('averages over other axes than rows and columns');
  const keepdims = attributes.integer('keepdims', 1) !== 0;
  mapper.layer(node, [input], {
    className: 'GlobalAveragePooling2D',
    config: { data_format: 'channels_first', keepdims },
    shape: keepdims ? [null, channels, 1, 1] : [null, channels],
    positive: input.positive,
  });
};
