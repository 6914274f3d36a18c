import type { LayerWindow } from '#shared/summary';
import type { ImageShape } from '#shared/images';
import type { StageLayer } from '../../../../renderer/volumes/stage-options';

/** A layer that is named as its kind. */
export function layer(title: string, shape: ImageShape, more: Partial<StageLayer> = {}): StageLayer {
  return { name: title, title, shape, parameters: 0, note: null, inputs: null, window: null, ...more };
}

export function named(layers: readonly StageLayer[]): StageLayer[] {
  return layers.map((one, i) => ({ ...one, name: `layer_${i}` }));
}

export function sliding(size: number, stride: number, padding: number, perChannel = false): LayerWindow {
  return { size: [size, size], strides: [stride, stride], padding: [padding, padding], perChannel };
}

/** MobileNet of width 0.25 for images of 96 x 96, as Keras builds it: 90 layers and the input. */
export function mobileNet(): StageLayer[] {
  const layers = [layer('InputLayer', [96, 96, 3])];
  const add = (title: string, shape: ImageShape, more: Partial<StageLayer> = {}) =>
    layers.push(layer(title, shape, more));
  const after = (shape: ImageShape) => {
    add('BatchNormalization', shape, { parameters: 4 * shape[2] });
    add('ReLU', shape);
  };
  add('Conv2D', [48, 48, 8], { parameters: 216 });
  after([48, 48, 8]);
  let [side, channels] = [48, 8];
  const blocks = [16, 32, 32, 64, 64, 128, 128, 128, 128, 128, 128, 256, 256];
  blocks.forEach((filters, i) => {
    if ([1, 3, 5, 11].includes(i)) {
      add('ZeroPadding2D', [side + 1, side + 1, channels]);
      side /= 2;
    }
    add('DepthwiseConv2D', [side, side, channels], { parameters: 9 * channels });
    after([side, side, channels]);
    add('Conv2D', [side, side, filters], { parameters: channels * filters });
    channels = filters;
    after([side, side, channels]);
  });
  add('GlobalAveragePooling2D', [1, 1, 256]);
  add('Reshape', [1, 1, 256]);
  add('Dropout', [1, 1, 256]);
  add('Conv2D', [1, 1, 1000], { parameters: 257_000 });
  add('Reshape', [1, 1, 1000]);
  add('Activation', [1, 1, 1000]);
  return named(layers);
}
