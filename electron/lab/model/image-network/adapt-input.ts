import * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import type { ImageShape } from '#shared/images';
import type { Preprocessing } from '#shared/spec';
import { layoutOf, leNetMargin, luma, type InputLayout } from '../fit-images';
import { Affine } from '../keras-config/own-layers/affine';
import { Resizing } from '../keras-config/own-layers/resizing';

/** What stands for a size that a network leaves open when no data says it. */
const openSize = 64;

/** Names layers uniquely among those of the network. */
export type NameLayer = (wanted: string) => string;

/**
 * The images that a network takes as they are.
 * @param sizes of its input, without the batch dimension; `null` where any would do
 */
export function imageShapeOf(sizes: readonly (number | null)[]): ImageShape {
  const [first = null, second = null, third = null] = sizes;
  switch (sizes.length) {
    case 3: {
      const { order } = layoutOf(sizes, [1, 1, 1]);
      return order === 'channels first'
        ? [second ?? openSize, third ?? openSize, first ?? 1]
        : [first ?? openSize, second ?? openSize, third ?? 3];
    }
    case 2:
      return [first ?? openSize, second ?? openSize, 1];
    case 1:
      return rowShape(first ?? openSize * openSize);
    default:
      throw new Refusal(`The network reads ${sizes.join(' x ')} values, which is no image.`);
  }
}

/** Values in a row are the pixels of a square in grey or colour, where their number is that of one. */
function rowShape(length: number): ImageShape {
  const side = Math.sqrt(length);
  if (Number.isInteger(side)) return [side, side, 1];
  const colourSide = Math.sqrt(length / 3);
  return Number.isInteger(colourSide) ? [colourSide, colourSide, 3] : [1, length, 1];
}

/**
 * Layers that make images in [0, 1] into what a network reads: its size, its channels in its order, its range, its
 * layout. The same that `fitImages` does to tensors, so that both read alike.
 * @param images of shape [batch, height, width, channels]
 * @param sizes of the network's input, without the batch dimension
 */
export function adaptImages(
  images: tf.SymbolicTensor,
  sizes: readonly (number | null)[],
  preprocessing: Preprocessing,
  name: NameLayer,
): tf.SymbolicTensor {
  const [height, width, channels] = images.shape.slice(1) as [number, number, number];
  const layout = layoutOf(sizes, [height, width, channels]);
  const layers: readonly (tf.layers.Layer | 'repeat')[] = [
    ...(preprocessing.inverted ? [affine(name('inverted'), [-1], [1])] : []),
    ...resizing([height, width], layout, name),
    ...channelsInto(channels, layout.channels ?? channels, preprocessing, name),
    ...scaling(layout.channels ?? channels, preprocessing, name),
    ...arranging(layout, [height, width, channels], name),
  ];
  return layers.reduce(
    (value, layer) =>
      layer === 'repeat'
        ? (tf.layers.concatenate({ name: name('colours') }).apply([value, value, value]) as tf.SymbolicTensor)
        : applied(layer, value),
    images,
  );
}

function resizing(
  [ownHeight, ownWidth]: readonly [number, number],
  { height, width }: InputLayout,
  name: NameLayer,
): readonly tf.layers.Layer[] {
  const [wantedHeight, wantedWidth] = [height ?? ownHeight, width ?? ownWidth];
  if (wantedHeight === ownHeight && wantedWidth === ownWidth) return [];
  const margin = leNetMargin;
  return wantedHeight === ownHeight + 2 * margin && wantedWidth === ownWidth + 2 * margin
    ? [tf.layers.zeroPadding2d({ name: name('margin'), padding: margin })]
    : [
        new Resizing({
          name: name('resized'),
          height: wantedHeight,
          width: wantedWidth,
          interpolation: 'bilinear',
        }),
      ];
}

function channelsInto(
  own: number,
  wanted: number,
  { channelOrder }: Preprocessing,
  name: NameLayer,
): readonly (tf.layers.Layer | 'repeat')[] {
  if (own === 1 && wanted === 3) return ['repeat'];
  if (own === 3 && wanted === 1) return [colourMix(name('grey'), [[...luma]])];
  if (own !== wanted) {
    throw new Refusal(`The network reads images of ${wanted} channels, but these have ${own}.`);
  }
  return channelOrder === 'bgr' && wanted === 3
    ? [
        colourMix(name('blue_green_red'), [
          [0, 0, 1],
          [0, 1, 0],
          [1, 0, 0],
        ]),
      ]
    : [];
}

const fixedKernels = new WeakMap<tf.layers.Layer, readonly number[]>();

/**
 * Each output channel is a fixed mix of red, green and blue: a convolution of one pixel, which every format can save.
 * It is no part of what is trained.
 * @param mix a row an output channel
 */
function colourMix(name: string, mix: readonly (readonly number[])[]): tf.layers.Layer {
  const layer = tf.layers.conv2d({
    name,
    filters: mix.length,
    kernelSize: 1,
    useBias: false,
    kernelInitializer: 'zeros',
    trainable: false,
  });
  // [1, 1, from, to], row-major.
  fixedKernels.set(
    layer,
    [0, 1, 2].flatMap((from) => mix.map((row) => row[from] as number)),
  );
  return layer;
}

/** Whether a layer was put before the network with weights of its own, which are never trained. */
export function isFixed(layer: tf.layers.Layer): boolean {
  return fixedKernels.has(layer);
}

function applied(layer: tf.layers.Layer, value: tf.SymbolicTensor): tf.SymbolicTensor {
  const output = layer.apply(value) as tf.SymbolicTensor;
  const kernel = fixedKernels.get(layer);
  const [weight] = layer.weights;
  if (kernel !== undefined && weight !== undefined) {
    tf.tidy(() => {
      weight.write(tf.tensor([...kernel], weight.shape as number[]));
    });
  }
  return output;
}

function scaling(
  channels: number,
  { range: [from, to], mean, deviation }: Preprocessing,
  name: NameLayer,
): readonly tf.layers.Layer[] {
  const means = perChannel(mean, channels, 0, 'mean');
  const deviations = perChannel(deviation, channels, 1, 'deviation');
  const scale = deviations.map((each) => (to - from) / each);
  const offset = means.map((each, channel) => (from - each) / (deviations[channel] as number));
  const unchanged = scale.every((each) => each === 1) && offset.every((each) => each === 0);
  return unchanged ? [] : [affine(name('preprocessing'), shared(scale), shared(offset))];
}

function perChannel(
  values: readonly number[] | null,
  channels: number,
  otherwise: number,
  what: string,
): readonly number[] {
  const [only] = values ?? [otherwise];
  if (values !== null && values.length !== 1 && values.length !== channels) {
    throw new Refusal(
      `The preprocessing has a ${what} of ${values.length} values, but the network reads ${channels} channels.`,
    );
  }
  return values?.length === channels ? values : Array.from({ length: channels }, () => only as number);
}

/** One number where all channels have the same. */
function shared(values: readonly number[]): readonly number[] {
  return values.every((value) => value === values[0]) ? values.slice(0, 1) : values;
}

function affine(name: string, scale: readonly number[], offset: readonly number[]): tf.layers.Layer {
  return new Affine({ name, scale, offset });
}

function arranging(
  { order, height, width, channels }: InputLayout,
  [ownHeight, ownWidth, ownChannels]: ImageShape,
  name: NameLayer,
): readonly tf.layers.Layer[] {
  const sizes = [height ?? ownHeight, width ?? ownWidth, channels ?? ownChannels];
  switch (order) {
    case 'channels last':
      return [];
    case 'channels first':
      return [tf.layers.permute({ name: name('channels_first'), dims: [3, 1, 2] })];
    case 'no channels':
      return [tf.layers.reshape({ name: name('one_channel'), targetShape: sizes.slice(0, 2) })];
    case 'flat':
      return [tf.layers.flatten({ name: name('in_a_row') })];
  }
}
