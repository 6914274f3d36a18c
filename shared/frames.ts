/**
 * Tensors on the wire: every layer's activations for one image, quantised to 8 bits with one scale and offset a
 * layer, so that the textbook's whole net is one message of 38 KB and magnitudes stay comparable across the
 * channels of a layer.
 */
import type { ImageShape } from './images';

/** Where a layer's codes lie in a frame and what they mean: value = offset + scale * code. */
export interface FrameLayer {
  readonly name: string;
  readonly shape: ImageShape;
  readonly offset: number;
  readonly scale: number;
  readonly start: number;
}

/** What the network was shown. */
export type ProbeSource =
  | { readonly kind: 'sample'; readonly index: number; readonly label: number }
  | { readonly kind: 'drawing' }
  /** A picture that was dropped or pasted. */
  | { readonly kind: 'image' }
  /** A black image, before any is chosen where there are no test images. */
  | { readonly kind: 'blank' };

export interface Frame {
  /** Steps (batches) trained before this frame was taken. */
  readonly step: number;
  readonly epoch: number;
  readonly probe: ProbeSource;
  /** The input image first, then one entry a layer in the order of the network. */
  readonly layers: readonly FrameLayer[];
  /** All layers' codes, each channels last: index `start + (y * width + x) * channels + channel`. */
  readonly codes: Uint8Array;
  /** The class probabilities, unquantised. */
  readonly output: Float32Array;
}

/** A layer's activations before they are encoded, channels last. */
export interface LayerActivation {
  readonly name: string;
  readonly shape: ImageShape;
  readonly values: Float32Array;
}

/** The number of values a layer of this shape holds. */
export function layerSize({ shape: [height, width, channels] }: { readonly shape: ImageShape }): number {
  return height * width * channels;
}

/**
 * Quantises layers to 8 bits each. Zero is always hit exactly: layers without negative values use codes 0 to 255
 * from zero up, others codes 0 to 254 with 127 for zero. Values that are not finite count as zero; the loss, not
 * the picture, reports a network that diverged.
 */
export function encodeLayers(layers: readonly LayerActivation[]): Pick<Frame, 'layers' | 'codes'> {
  const codes = new Uint8Array(layers.reduce((sum, layer) => sum + layer.values.length, 0));
  let start = 0;
  const described = layers.map((layer) => {
    const { offset, scale } = quantise(layer.values, codes.subarray(start, start + layer.values.length));
    const entry: FrameLayer = { name: layer.name, shape: layer.shape, offset, scale, start };
    start += layer.values.length;
    return entry;
  });
  return { layers: described, codes };
}

function quantise(values: Float32Array, codes: Uint8Array): { offset: number; scale: number } {
  let lowest = 0;
  let highest = 0;
  for (const value of values) {
    if (value < lowest && value >= -Number.MAX_VALUE) lowest = value;
    else if (value > highest && value <= Number.MAX_VALUE) highest = value;
  }
  const signed = lowest < 0;
  const scale = signed ? Math.max(highest, -lowest) / 127 : highest / 255;
  const offset = signed ? -127 * scale : 0;
  const zero = signed ? 127 : 0;
  const perUnit = scale === 0 ? 0 : 1 / scale;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    codes[i] = Number.isFinite(value) ? Math.round(value * perUnit) + zero : zero;
  }
  return { offset, scale };
}

/** The value of one cell of a layer, to the 8 bits it was sent with. */
export function frameValue(frame: Frame, layer: FrameLayer, y: number, x: number, channel: number): number {
  const [, width, channels] = layer.shape;
  const code = frame.codes[layer.start + (y * width + x) * channels + channel] ?? 0;
  return layer.offset + layer.scale * code;
}
