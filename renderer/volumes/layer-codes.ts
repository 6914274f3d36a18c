import { DataArrayTexture, NearestFilter, RedFormat } from 'three';
import type { Frame, FrameLayer } from '#shared/frames';
import type { ImageShape } from '#shared/images';
import { trueChannel, unitsPerRow, type Detail } from './detail';

/**
 * The drawn codes of one layer as a texture array. Texel (channel, column) of array layer `row`: the order of a frame,
 * so that a frame is copied, not transposed, and the number of channels is not bound by the number of layers that an
 * array may have. A dense layer is `unitsPerRow` units a row.
 */
export class LayerCodes {
  readonly texture: DataArrayTexture;
  readonly codes: Uint8Array<ArrayBuffer>;
  private readonly shape: ImageShape;
  private readonly detail: Detail;
  /** Where each drawn channel lies among all. */
  private readonly channels: Uint32Array | null;

  constructor(shape: ImageShape, detail: Detail, isVolume: boolean) {
    this.shape = shape;
    this.detail = detail;
    const [rows, columns, channels] = detail.shape;
    const [texelsX, texelsY, layers] = isVolume
      ? [channels, columns, rows]
      : [Math.min(channels, unitsPerRow), 1, Math.ceil(channels / unitsPerRow)];
    this.codes = new Uint8Array(texelsX * texelsY * layers);
    const isThinned = detail.step > 1 || channels < shape[2];
    this.channels = isThinned
      ? Uint32Array.from({ length: channels }, (_, drawn) => trueChannel(drawn, channels, shape[2]))
      : null;
    this.texture = new DataArrayTexture(this.codes, texelsX, texelsY, layers);
    this.texture.format = RedFormat;
    this.texture.minFilter = NearestFilter;
    this.texture.magFilter = NearestFilter;
    this.texture.unpackAlignment = 1;
    this.texture.needsUpdate = true;
  }

  /** Takes what is drawn of a layer of a frame. */
  take({ codes }: Frame, { start }: FrameLayer): void {
    const [height, width, channels] = this.shape;
    if (this.channels === null) this.codes.set(codes.subarray(start, start + height * width * channels));
    else this.gather(codes, start, this.channels);
    this.texture.needsUpdate = true;
  }

  private gather(codes: Uint8Array, start: number, channels: Uint32Array): void {
    const { step } = this.detail;
    const [rows, columns, drawn] = this.detail.shape;
    const [, width, all] = this.shape;
    let to = 0;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const from = start + (row * width + column) * step * all;
        for (let channel = 0; channel < drawn; channel++) {
          this.codes[to++] = codes[from + (channels[channel] as number)] as number;
        }
      }
    }
  }

  dispose(): void {
    this.texture.dispose();
  }
}
