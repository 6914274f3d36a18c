/** Which cells of its input a layer's cells are made of, axis by axis. */
import type * as tf from '@tensorflow/tfjs';

/** Cells along one axis, both ends included; beyond the edges where a layer pads. `null` is the whole axis. */
export type Span = readonly [first: number, last: number] | null;

/** The axes of a tensor without the batch. */
export type Spans = readonly Span[];

/** Layers whose cells depend on the same cells of their inputs. */
const pointwise: ReadonlySet<string> = new Set([
  'Activation',
  'ActivityRegularization',
  'Add',
  'AlphaDropout',
  'Average',
  'BatchNormalization',
  'BentRelu',
  'Concatenate',
  'Dense',
  'Dropout',
  'ELU',
  'ElementFunction',
  'GaussianDropout',
  'GaussianNoise',
  'LeakyReLU',
  'Maximum',
  'Minimum',
  'Multiply',
  'Normalization',
  'PReLU',
  'ReLU',
  'Rescaling',
  'Softmax',
  'SpatialDropout2D',
  'Subtract',
  'ThresholdedReLU',
]);

/**
 * The cells of a layer's inputs that cells of its output are made of. Every input of a layer counts alike; what a layer
 * does that is not known here may depend on anything.
 * @param inputShape of the first input, without the batch
 * @param outputShape without the batch
 */
export function sourceSpans(
  layer: tf.layers.Layer,
  spans: Spans,
  inputShape: readonly number[],
  outputShape: readonly number[],
): Spans {
  const type = layer.getClassName();
  if (pointwise.has(type)) return pixelSpans(spans, inputShape.length, (span) => span);
  const settings = layer.getConfig();
  const along = (axis: number): Axis => ({
    input: inputShape[axis] as number,
    output: outputShape[axis] as number,
  });
  const each = (map: (span: NonNullable<Span>, axis: number) => Span): Spans =>
    pixelSpans(spans, inputShape.length, map);
  switch (type) {
    case 'Conv2D':
    case 'DepthwiseConv2D':
    case 'GroupedConv2D':
    case 'SeparableConv2D': {
      const [kernel, stride, dilation] = [
        pair(settings['kernelSize']),
        pair(settings['strides']),
        pair(settings['dilationRate']),
      ];
      return each((span, axis) =>
        windowed(span, along(axis), {
          reach: (at(kernel, axis) - 1) * at(dilation, axis) + 1,
          stride: at(stride, axis),
          same: settings['padding'] === 'same',
        }),
      );
    }
    case 'AveragePooling2D':
    case 'MaxPooling2D': {
      const [size, stride] = [pair(settings['poolSize']), pair(settings['strides'] ?? settings['poolSize'])];
      return each((span, axis) =>
        windowed(span, along(axis), {
          reach: at(size, axis),
          stride: at(stride, axis),
          same: settings['padding'] === 'same',
        }),
      );
    }
    case 'Conv2DTranspose': {
      const [kernel, stride] = [pair(settings['kernelSize']), pair(settings['strides'])];
      return each((span, axis) =>
        spread(span, along(axis), {
          reach: at(kernel, axis),
          stride: at(stride, axis),
          same: settings['padding'] === 'same',
        }),
      );
    }
    case 'ZeroPadding2D': {
      const padding = settings['padding'] as unknown as readonly (readonly [number, number])[];
      return each((span, axis) => moved(span, -(padding[axis]?.[0] ?? 0)));
    }
    case 'Cropping2D': {
      const cropping = settings['cropping'] as unknown as readonly (readonly [number, number])[];
      return each((span, axis) => moved(span, cropping[axis]?.[0] ?? 0));
    }
    case 'UpSampling2D': {
      // Bilinear enlargement also reads the cells beside.
      const beside = settings['interpolation'] === 'bilinear' ? 1 : 0;
      const factors = pair(settings['size']);
      return each(([first, last], axis) => [
        Math.floor(first / at(factors, axis)) - beside,
        Math.floor(last / at(factors, axis)) + beside,
      ]);
    }
    case 'Permute': {
      const order = settings['dims'] as readonly number[];
      return inputShape.map((_, axis) => spans[order.indexOf(axis + 1)] ?? null);
    }
    default:
      return inputShape.map(() => null);
  }
}

/** Height and width by themselves; of channels, all. */
function pixelSpans(spans: Spans, rank: number, map: (span: NonNullable<Span>, axis: number) => Span): Spans {
  return Array.from({ length: rank }, (_, axis) => {
    const span = spans[axis] ?? null;
    return rank !== 3 || axis === 2 || span === null ? null : map(span, axis);
  });
}

interface Axis {
  readonly input: number;
  readonly output: number;
}

interface Window {
  readonly reach: number;
  readonly stride: number;
  readonly same: boolean;
}

/** Of a window that slides: cell o begins at o x stride - padding (Araujo et al. 2019, equations 5 and 6). */
function windowed([first, last]: NonNullable<Span>, { input, output }: Axis, window: Window): Span {
  const before = window.same ? samePadding(input, output, window) : 0;
  return [first * window.stride - before, last * window.stride - before + window.reach - 1];
}

/** Of a transposed convolution: input i reaches the outputs i x stride - padding and on, as far as the kernel. */
function spread([first, last]: NonNullable<Span>, { input, output }: Axis, window: Window): Span {
  const before = window.same ? samePadding(output, input, window) : 0;
  return [
    Math.ceil((first + before - window.reach + 1) / window.stride),
    Math.floor((last + before) / window.stride),
  ];
}

/** Cells that TensorFlow puts before the first; an odd one goes behind the last. */
function samePadding(longer: number, shorter: number, { reach, stride }: Window): number {
  return Math.floor(Math.max(0, (shorter - 1) * stride + reach - longer) / 2);
}

function moved([first, last]: NonNullable<Span>, by: number): Span {
  return [first + by, last + by];
}

/** Settings for height and width are one number, a list of one for both, or two. */
function pair(value: unknown): readonly [number, number] {
  const [height = 1, width = height] = [value].flat() as number[];
  return [height, width];
}

function at(values: readonly [number, number], axis: number): number {
  return axis === 0 ? values[0] : values[1];
}
