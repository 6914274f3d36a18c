import { layerSize, type Frame, type FrameLayer } from '#shared/frames';

/** What one frame says of one layer, to the 8 bits it was sent with. */
export interface LayerValues {
  readonly lowest: number;
  readonly highest: number;
  readonly mean: number;
  /** The share of cells that are zero, 0 to 1. */
  readonly zeroShare: number;
  /** Channels without a cell that is not zero, for this image. */
  readonly silentChannels: number;
  readonly channels: number;
  /** Cells a bin, from the lowest to the highest value the layer's scale can hold. */
  readonly bins: readonly number[];
  readonly from: number;
  readonly to: number;
}

const binCount = 32;

export function layerValues(frame: Frame, layer: FrameLayer): LayerValues {
  const size = layerSize(layer);
  const channels = layer.shape[2];
  const codes = frame.codes.subarray(layer.start, layer.start + size);
  // Layers with negative values use codes 0 to 254 with 127 for zero (shared/frames.ts).
  const signed = layer.offset < 0;
  const zero = signed ? 127 : 0;
  const codeRange = signed ? 255 : 256;
  const counts = new Uint32Array(256);
  const active = new Uint8Array(channels);
  for (let index = 0; index < size; index++) {
    const code = codes[index] ?? 0;
    counts[code] = (counts[code] ?? 0) + 1;
    if (code !== zero) active[index % channels] = 1;
  }
  const bins = Array.from({ length: binCount }, () => 0);
  let sum = 0;
  let lowest = 255;
  let highest = 0;
  counts.forEach((cells, code) => {
    if (cells === 0) return;
    const bin = Math.min(binCount - 1, Math.floor((code / codeRange) * binCount));
    bins[bin] = (bins[bin] ?? 0) + cells;
    sum += cells * code;
    lowest = Math.min(lowest, code);
    highest = Math.max(highest, code);
  });
  const valueOf = (code: number): number => layer.offset + layer.scale * code;
  return {
    lowest: valueOf(lowest),
    highest: valueOf(highest),
    mean: valueOf(sum / size),
    zeroShare: (counts[zero] ?? 0) / size,
    silentChannels: channels - active.reduce((total, used) => total + used, 0),
    channels,
    bins,
    from: valueOf(0),
    to: valueOf(codeRange - 1),
  };
}
