/**
 * What a network that is still being edited would be, layer by layer, without making any of it: shapes, weights and
 * operations by arithmetic alone, and every mistake at the layer that causes it. What has no mistake can be built.
 *
 * Shapes and counts are Keras's. Operations are counted as electron/lab/model/flops.ts says.
 */
import type { DraftLayer, ModelDraft, ModelMistake } from './summary';
import type { ImageShape } from './images';
import { kerasNames, layerNames, type LayerSpec } from './layer-spec';
import type { ModelSpec } from './spec';

export interface DraftSetting {
  readonly inputShape: ImageShape;
  /** What `units: 'classes'` stands for. */
  readonly classes: number;
}

/** More weights than this are not trained here: with their gradients and slots they take some 3 GB. */
export const mostParameters = 200_000_000;

export function describeDraft(model: ModelSpec, setting: DraftSetting): ModelDraft {
  const names = layerNames(model.layers);
  const mistakes: ModelMistake[] = [];
  const layers: DraftLayer[] = [];
  let shape: Shape = setting.inputShape;
  model.layers.forEach((spec, index) => {
    const measured = measure(spec, shape, setting.classes);
    const known = mistakes.length === 0 && 'output' in measured;
    if ('output' in measured) shape = measured.output;
    else mistakes.push({ layer: index, about: 'layer', message: measured.mistake });
    layers.push({
      name: names[index] as string,
      type: kerasNames[spec.kind].type,
      outputShape: known ? measured.output : null,
      parameters: known ? measured.weights : null,
      flops: known ? measured.flops : null,
    });
  });
  mistakes.push(...outputMistakes(model.layers, shape, mistakes, setting));
  const parameters = sum(layers.map((layer) => layer.parameters));
  if (parameters > mostParameters) mistakes.push(tooLarge(layers));
  const untrained = model.layers.map((spec, index) =>
    spec.kind === 'batchNormalization' ? (layers[index]?.parameters ?? 0) / 2 : 0,
  );
  return {
    name: model.name,
    inputShape: setting.inputShape,
    classes: setting.classes,
    layers,
    parameters,
    trainableParameters: parameters - sum(untrained),
    flops: sum(layers.map((layer) => layer.flops)),
    mistakes: mistakes.sort((a, b) => a.layer - b.layer),
  };
}

/** Of one image. */
type Shape = readonly number[];

type Measured = { readonly output: Shape; readonly weights: number; readonly flops: number } | Mistaken;
interface Mistaken {
  /** A sentence without its beginning, which names the layer, and without its point. */
  readonly mistake: string;
}

function measure(spec: LayerSpec, input: Shape, classes: number): Measured {
  switch (spec.kind) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'separableConv2d':
      return slidden(input, spec, spec.kernelSize, spec.strides, (output, channels) => {
        const [window, filters] = [area(spec.kernelSize), filtersOf(spec, channels)];
        const kernels = kernelWeights(spec, window, channels);
        const bias = spec.useBias ? filters : 0;
        return {
          output: [...output, filters],
          weights: kernels + bias,
          flops: product(output) * (2 * kernels + bias + filters * activationCost(spec.activation)),
        };
      });
    case 'conv2dTranspose':
      return onMaps(input, ([height, width, channels]) => {
        const kernel = area(spec.kernelSize) * channels * spec.filters;
        const bias = spec.useBias ? spec.filters : 0;
        const output = grown([height, width], spec);
        const after = product(output) * (bias + spec.filters * activationCost(spec.activation));
        return {
          output: [...output, spec.filters],
          weights: kernel + bias,
          flops: 2 * kernel * height * width + after,
        };
      });
    case 'maxPooling2d':
    case 'averagePooling2d':
      return slidden(input, spec, spec.poolSize, spec.strides ?? spec.poolSize, (output, channels) =>
        free([...output, channels], area(spec.poolSize)),
      );
    case 'globalMaxPooling2d':
    case 'globalAveragePooling2d':
      return onMaps(input, (map) => ({ output: [map[2]], weights: 0, flops: product(map) }));
    case 'zeroPadding2d':
      return onMaps(input, (map) => free(widened(map, sides(spec.padding)), 0));
    case 'cropping2d':
      return onMaps(input, (map) => cropped(map, sides(spec.cropping)));
    case 'upSampling2d':
      return onMaps(input, ([height, width, channels]) => {
        const [vertical, horizontal] = sides(spec.size);
        return free(
          [height * vertical, width * horizontal, channels],
          spec.interpolation === 'bilinear' ? 6 : 0,
        );
      });
    case 'batchNormalization':
      return { ...free(input, 2), weights: 4 * (input.at(-1) ?? 0) };
    case 'activation':
      return free(input, activationCost(spec.activation));
    case 'leakyReLU':
      return free(input, 1);
    case 'dropout':
    case 'gaussianNoise':
      return free(input, 0);
    case 'flatten':
      return free([product(input)], 0);
    case 'dense': {
      const units = spec.units === 'classes' ? classes : spec.units;
      const kernel = (input.at(-1) ?? 0) * units;
      const bias = spec.useBias ? units : 0;
      const places = input.slice(0, -1);
      const each = 2 * kernel + bias + units * activationCost(spec.activation);
      return { output: [...places, units], weights: kernel + bias, flops: product(places) * each };
    }
  }
}

type Convolution = Extract<LayerSpec, { kind: 'conv2d' | 'depthwiseConv2d' | 'separableConv2d' }>;

function filtersOf(spec: Convolution, channels: number): number {
  return spec.kind === 'depthwiseConv2d' ? channels * spec.depthMultiplier : spec.filters;
}

function kernelWeights(spec: Convolution, window: number, channels: number): number {
  switch (spec.kind) {
    case 'conv2d':
      return window * channels * spec.filters;
    case 'depthwiseConv2d':
      return window * channels * spec.depthMultiplier;
    case 'separableConv2d':
      return (window + spec.filters) * channels * spec.depthMultiplier;
  }
}

/** A layer without weights. */
function free(output: Shape, flopsPerValue: number) {
  return { output, weights: 0, flops: product(output) * flopsPerValue };
}

function onMaps(input: Shape, measureMap: (map: ImageShape) => Measured): Measured {
  const [height, width, channels] = input;
  if (height === undefined || width === undefined || channels === undefined) {
    return { mistake: 'needs feature maps, but its input is flat' };
  }
  return measureMap([height, width, channels]);
}

/** A layer that slides a window over each map. */
function slidden(
  input: Shape,
  { padding }: { readonly padding: 'valid' | 'same' },
  window: Sides,
  strides: Sides,
  measureOutput: (output: Pair, channels: number) => Measured,
): Measured {
  return onMaps(input, ([height, width, channels]) => {
    const [windowHeight, windowWidth] = sides(window);
    const [down, right] = sides(strides);
    if (padding === 'same') {
      return measureOutput([Math.ceil(height / down), Math.ceil(width / right)], channels);
    }
    if (windowHeight > height || windowWidth > width) {
      return { mistake: `a ${windowHeight}x${windowWidth} window does not fit a ${height}x${width} map` };
    }
    return measureOutput(
      [Math.floor((height - windowHeight) / down) + 1, Math.floor((width - windowWidth) / right) + 1],
      channels,
    );
  });
}

function grown([height, width]: Pair, spec: Extract<LayerSpec, { kind: 'conv2dTranspose' }>): Pair {
  const [down, right] = sides(spec.strides);
  const [windowHeight, windowWidth] = sides(spec.kernelSize);
  if (spec.padding === 'same') return [height * down, width * right];
  return [height * down + Math.max(windowHeight - down, 0), width * right + Math.max(windowWidth - right, 0)];
}

function widened([height, width, channels]: ImageShape, [vertical, horizontal]: Pair): Shape {
  return [height + 2 * vertical, width + 2 * horizontal, channels];
}

function cropped(map: ImageShape, [vertical, horizontal]: Pair): Measured {
  const [height, width] = map;
  if (2 * vertical >= height || 2 * horizontal >= width) {
    return {
      mistake: `cropping ${vertical} and ${horizontal} lines on each side leaves nothing of a ${height}x${width} map`,
    };
  }
  return free(widened(map, [-vertical, -horizontal]), 0);
}

/** Operations a value: a softmax's as TensorFlow's profiler counts them. */
function activationCost(activation: string): number {
  if (activation === 'linear') return 0;
  return activation === 'softmax' ? 5 : 1;
}

/** What keeps the whole from being trained with cross-entropy, each at the layer that can mend it. */
function outputMistakes(
  layers: readonly LayerSpec[],
  shape: Shape,
  earlier: readonly ModelMistake[],
  { inputShape, classes }: DraftSetting,
): readonly ModelMistake[] {
  const last = layers.length - 1;
  const spec = layers[last];
  // A layer that does not fit tells enough about itself.
  if (spec === undefined || earlier.some(({ layer }) => layer === last)) return [];
  const mistakes: ModelMistake[] = [];
  const say = (layer: number, message: string): void => {
    mistakes.push({ layer, about: 'output', message });
  };
  if (shape.length !== 1) {
    // After another mistake nobody knows what would arrive here.
    if (earlier.length === 0) {
      const dense = firstOnMaps(layers, inputShape, classes);
      if (dense === null) {
        say(
          last,
          `the model ends in feature maps of ${shape.join('x')}; end it with Flatten and a Dense layer`,
        );
      } else say(dense, 'is given feature maps: it needs Flatten or global pooling before it');
    }
  } else if (shape[0] !== classes && (earlier.length === 0 || spec.kind === 'dense')) {
    say(
      last,
      `the model ends in ${shape.join(' x ')} values, but the data has ${classes} classes; ` +
        `end it with a dense layer of 'classes' units`,
    );
  }
  if (!('activation' in spec) || spec.activation !== 'softmax') {
    say(last, 'the model must end in a softmax, which cross-entropy is computed from');
  }
  return mistakes;
}

/** The first dense layer that is applied to maps, place by place. */
function firstOnMaps(layers: readonly LayerSpec[], inputShape: ImageShape, classes: number): number | null {
  let shape: Shape = inputShape;
  for (const [index, spec] of layers.entries()) {
    if (spec.kind === 'dense' && shape.length > 1) return index;
    const measured = measure(spec, shape, classes);
    if ('output' in measured) shape = measured.output;
  }
  return null;
}

function tooLarge(layers: readonly DraftLayer[]): ModelMistake {
  const counts = layers.map(({ parameters }) => parameters ?? 0);
  const largest = Math.max(...counts);
  const millions = Math.round(largest / 1e6).toLocaleString('en-US');
  return {
    layer: counts.indexOf(largest),
    about: 'layer',
    message: `holds ${millions} million weights, and a model may hold ${mostParameters / 1e6} million`,
  };
}

type Pair = readonly [vertical: number, horizontal: number];
type Sides = number | Pair;

/** A number stands for both directions. */
export function sides(size: Sides): Pair {
  return typeof size === 'number' ? [size, size] : size;
}

function area(size: Sides): number {
  return product(sides(size));
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}

function sum(counts: readonly (number | null)[]): number {
  return counts.reduce<number>((all, count) => all + (count ?? 0), 0);
}
