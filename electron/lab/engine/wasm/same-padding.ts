import * as tf from '@tensorflow/tfjs';

type Pair = [number, number];

interface Attributes {
  readonly strides: Pair | number;
  readonly pad: 'valid' | 'same' | number | readonly Pair[];
  readonly dilations?: Pair | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

const convolutions = [
  { name: 'Conv2D', depthwise: false },
  { name: 'FusedConv2D', depthwise: false },
  { name: 'DepthwiseConv2dNative', depthwise: true },
  { name: 'FusedDepthwiseConv2D', depthwise: true },
] as const;

/**
 * The WASM backend leaves padding "same" to XNNPACK, which takes a negative amount of it, as a stride larger than the
 * kernel makes, for a huge one, and reads the wrong pixels. Given as numbers the padding is right. Must be called before
 * the backend starts.
 */
export function registerSamePadding(): void {
  for (const { name, depthwise } of convolutions) {
    const own = tf.getKernel(name, 'wasm');
    tf.unregisterKernel(name, 'wasm');
    tf.registerKernel({
      ...own,
      kernelFunc: (given) => {
        const attrs = given.attrs as unknown as Attributes;
        if (attrs.pad !== 'same') return own.kernelFunc(given);
        const { x, filter } = given.inputs as { x: tf.Tensor4D; filter: tf.Tensor4D };
        const pad = amountOf(x, filter, attrs, depthwise);
        return own.kernelFunc({ ...given, attrs: { ...given.attrs, pad } });
      },
    });
  }
}

/** The padding as numbers: before and after, in each dimension. */
function amountOf(x: tf.Tensor4D, filter: tf.Tensor4D, attrs: Attributes, depthwise: boolean): Pair[] {
  const { padInfo } = tf.backend_util.computeConv2DInfo(
    x.shape,
    filter.shape,
    attrs.strides,
    attrs.dilations ?? 1,
    'same',
    attrs.dimRoundingMode,
    depthwise,
  );
  return [
    [0, 0],
    [padInfo.top, padInfo.bottom],
    [padInfo.left, padInfo.right],
    [0, 0],
  ];
}
