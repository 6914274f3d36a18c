import { z } from 'zod';

const size = z.number().int().min(1).max(4096);
const pair = z.union([size, z.tuple([size, size])]);

export const activationName = z.enum([
  'linear',
  'relu',
  'elu',
  'selu',
  'sigmoid',
  'softmax',
  'softplus',
  'tanh',
]);

const padding = z.enum(['valid', 'same']);
const activation = activationName.default('linear');
const useBias = z.boolean().default(true);
/** Weighs the sum of the squares of the kernel's weights in the loss, as Keras's `regularizers.L2` does. */
const l2 = z.number().min(0).max(10).default(0);
/** Lines on each side of a map, [above and below, left and right]. */
const margin = z.number().int().min(0).max(4096);
const margins = z.union([margin, z.tuple([margin, margin])]);
const pooling = { poolSize: pair.default(2), strides: pair.optional(), padding: padding.default('valid') };

/** The layers that networks are built of. Fields and defaults are Keras's (keras.io/api/layers). */
export const layerSpec = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('conv2d'),
    filters: size,
    kernelSize: pair,
    strides: pair.default(1),
    padding: padding.default('valid'),
    activation,
    useBias,
    l2,
  }),
  z.strictObject({
    kind: z.literal('depthwiseConv2d'),
    kernelSize: pair,
    strides: pair.default(1),
    padding: padding.default('valid'),
    depthMultiplier: z.number().int().min(1).max(64).default(1),
    activation,
    useBias,
    l2,
  }),
  z.strictObject({
    kind: z.literal('separableConv2d'),
    filters: size,
    kernelSize: pair,
    strides: pair.default(1),
    padding: padding.default('valid'),
    depthMultiplier: z.number().int().min(1).max(64).default(1),
    activation,
    useBias,
    /** Of both kernels. */
    l2,
  }),
  z.strictObject({
    kind: z.literal('conv2dTranspose'),
    filters: size,
    kernelSize: pair,
    strides: pair.default(1),
    padding: padding.default('valid'),
    activation,
    useBias,
    l2,
  }),
  z.strictObject({ kind: z.literal('maxPooling2d'), ...pooling }),
  z.strictObject({ kind: z.literal('averagePooling2d'), ...pooling }),
  z.strictObject({ kind: z.literal('globalMaxPooling2d') }),
  z.strictObject({ kind: z.literal('globalAveragePooling2d') }),
  z.strictObject({ kind: z.literal('zeroPadding2d'), padding: margins.default(1) }),
  z.strictObject({ kind: z.literal('cropping2d'), cropping: margins.default(0) }),
  z.strictObject({
    kind: z.literal('upSampling2d'),
    size: pair.default(2),
    interpolation: z.enum(['nearest', 'bilinear']).default('nearest'),
  }),
  z.strictObject({ kind: z.literal('batchNormalization') }),
  z.strictObject({ kind: z.literal('activation'), activation: activationName }),
  z.strictObject({ kind: z.literal('leakyReLU'), negativeSlope: z.number().min(0).max(1).default(0.3) }),
  z.strictObject({ kind: z.literal('dropout'), rate: z.number().min(0).lt(1) }),
  z.strictObject({ kind: z.literal('gaussianNoise'), stddev: z.number().min(0).max(100) }),
  z.strictObject({ kind: z.literal('flatten') }),
  z.strictObject({
    kind: z.literal('dense'),
    /** `classes` stands for as many units as the data has classes, so that a preset fits any data. */
    units: z.union([z.number().int().min(1).max(65_536), z.literal('classes')]),
    activation,
    useBias,
    l2,
  }),
]);

export type ActivationName = z.infer<typeof activationName>;
export type LayerSpec = Readonly<z.infer<typeof layerSpec>>;
export type LayerKind = LayerSpec['kind'];

/** What Keras calls a layer: its class, and the name that its first one in a model gets. */
export const kerasNames = {
  conv2d: { type: 'Conv2D', name: 'conv2d' },
  depthwiseConv2d: { type: 'DepthwiseConv2D', name: 'depthwise_conv2d' },
  separableConv2d: { type: 'SeparableConv2D', name: 'separable_conv2d' },
  conv2dTranspose: { type: 'Conv2DTranspose', name: 'conv2d_transpose' },
  maxPooling2d: { type: 'MaxPooling2D', name: 'max_pooling2d' },
  averagePooling2d: { type: 'AveragePooling2D', name: 'average_pooling2d' },
  globalMaxPooling2d: { type: 'GlobalMaxPooling2D', name: 'global_max_pooling2d' },
  globalAveragePooling2d: { type: 'GlobalAveragePooling2D', name: 'global_average_pooling2d' },
  zeroPadding2d: { type: 'ZeroPadding2D', name: 'zero_padding2d' },
  cropping2d: { type: 'Cropping2D', name: 'cropping2d' },
  upSampling2d: { type: 'UpSampling2D', name: 'up_sampling2d' },
  batchNormalization: { type: 'BatchNormalization', name: 'batch_normalization' },
  activation: { type: 'Activation', name: 'activation' },
  leakyReLU: { type: 'LeakyReLU', name: 'leaky_re_lu' },
  dropout: { type: 'Dropout', name: 'dropout' },
  gaussianNoise: { type: 'GaussianNoise', name: 'gaussian_noise' },
  flatten: { type: 'Flatten', name: 'flatten' },
  dense: { type: 'Dense', name: 'dense' },
} as const satisfies Record<LayerKind, { readonly type: string; readonly name: string }>;

/** Names layers as Keras does: `conv2d`, `conv2d_1`, `conv2d_2`. */
export function layerNames(layers: readonly { readonly kind: LayerKind }[]): readonly string[] {
  const used = new Map<string, number>();
  return layers.map(({ kind }) => {
    const { name } = kerasNames[kind];
    const count = used.get(name) ?? 0;
    used.set(name, count + 1);
    return count === 0 ? name : `${name}_${count}`;
  });
}
