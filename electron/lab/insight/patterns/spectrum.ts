/**
 * Images as what their cosine spectrum makes of them, through a sigmoid. Ascending on coefficients that are scaled as
 * natural images' are, instead of on pixels, moves all frequencies alike, where pixels would fill with the highest ones
 * (Olah et al. 2017, "Feature Visualization", preconditioning). Cosines instead of Fourier's waves: the same
 * frequencies, but no seam where an edge meets the opposite one, and two matrix products instead of a transform.
 */
import * as tf from '@tensorflow/tfjs';
import type { ImageShape } from '#shared/images';
import { derivedSeed } from '#shared/random';
import { randomStream } from '../../data/digits/random';

export interface SpectrumOptions {
  readonly shape: ImageShape;
  /** Pixels around the image that moving it may bring in. */
  readonly margin: number;
  /** Whether finer frequencies join step by step. */
  readonly scales: boolean;
}

/** Standard deviation of a new spectrum's coefficients. */
const startDeviation = 0.01;

/**
 * How colours of natural photographs vary together: the root of their covariance, scaled so that its largest column
 * has a norm of 1 (published with Olah et al. 2017).
 */
const colourRoot = ((): readonly (readonly number[])[] => {
  const root = [
    [0.26, 0.09, 0.02],
    [0.27, 0.0, -0.05],
    [0.27, -0.09, 0.03],
  ];
  const norms = [0, 1, 2].map((column) => Math.hypot(...root.map((row) => row[column] as number)));
  const largest = Math.max(...norms);
  return root.map((row) => row.map((value) => value / largest));
})();

export class Spectrum {
  readonly shape: ImageShape;
  readonly margin: number;
  readonly canvas: readonly [height: number, width: number];
  readonly #rows: Float32Array;
  readonly #columns: Float32Array;
  readonly #scale: Float32Array;
  readonly #frequencies: Float32Array | null;

  constructor({ shape, margin, scales }: SpectrumOptions) {
    this.shape = shape;
    this.margin = margin;
    const [height, width] = [shape[0] + 2 * margin, shape[1] + 2 * margin];
    this.canvas = [height, width];
    this.#rows = cosines(height);
    this.#columns = cosines(width);
    const frequencies = frequenciesOf(height, width);
    this.#scale = scaleOf(frequencies, height, width);
    this.#frequencies = scales ? frequencies : null;
  }

  /** Of the values: [images, channels, height, width]. */
  valuesShape(count: number): [number, number, number, number] {
    return [count, this.shape[2], ...this.canvas];
  }

  /** A start for one image; every seed and stream has its own. */
  start(seed: number, stream: number): Float32Array {
    const random = randomStream(derivedSeed(seed, stream));
    const values = new Float32Array(this.canvas[0] * this.canvas[1] * this.shape[2]);
    return values.map(() => random.gaussian() * startDeviation);
  }

  /** Which of the canvas's rows or columns an image that is moved by `offset` shows. */
  indices(axis: 0 | 1, offset: number): Int32Array {
    return Int32Array.from({ length: this.shape[axis] }, (_, index) => this.margin + offset + index);
  }

  /**
   * Images in [0, 1]: [images, height, width, channels]. Must be called in a scope.
   * @param reach the share of the frequencies that count, from the coarsest, where finer ones join
   */
  images(values: tf.Tensor, rows: tf.Tensor1D, columns: tf.Tensor1D, reach: tf.Scalar): tf.Tensor4D {
    const [count = 0, channels = 0, height = 0, width = 0] = values.shape;
    const [shownHeight, shownWidth] = this.shape;
    const scaled = values.mul(this.#weights(reach));
    const rowBasis = tf.gather(tf.tensor2d(this.#rows, [height, height]), rows);
    const columnBasis = tf.gather(tf.tensor2d(this.#columns, [width, width]), columns);
    const across = scaled.reshape([-1, width]).matMul(columnBasis, false, true);
    const turned = across.reshape([count * channels, height, shownWidth]).transpose([0, 2, 1]);
    const both = turned.reshape([-1, height]).matMul(rowBasis, false, true);
    const planes: tf.Tensor4D = both
      .reshape([count, channels, shownWidth, shownHeight])
      .transpose([0, 3, 2, 1]);
    return (channels === 3 ? inColours(planes) : planes).sigmoid();
  }

  /**
   * The gradient of half the squared distance between the images' logits and their blurred copies (Yosinski et al.
   * 2015), on the values.
   */
  blurGradient(values: tf.Tensor): tf.Tensor {
    const [, , height = 0, width = 0] = values.shape;
    const frequencies = frequenciesOf(height, width);
    const lost = frequencies.map((frequency, index) => {
      const blurred = Math.exp(-2 * (Math.PI * blurSigma * frequency) ** 2);
      return ((1 - blurred) * (this.#scale[index] as number)) ** 2;
    });
    return values.mul(tf.tensor4d(lost, [1, 1, height, width]));
  }

  #weights(reach: tf.Scalar): tf.Tensor {
    const form: [number, number, number, number] = [1, 1, ...this.canvas];
    const scale = tf.tensor4d(this.#scale, form);
    if (this.#frequencies === null) return scale;
    const steps = this.#frequencies.map((frequency) => 1 - frequency / (highest * softness));
    return scale.mul(tf.tensor4d(steps, form).add(reach.div(softness)).clipByValue(0, 1));
  }
}

/** In pixels. */
const blurSigma = 1;
/** In cycles a pixel, along the diagonal. */
const highest = Math.SQRT1_2;
/** The share of all frequencies over which finer ones fade in. */
const softness = 0.2;

/** The orthonormal basis of the discrete cosine transform (DCT-II): a row for each pixel, a column for each frequency. */
function cosines(length: number): Float32Array {
  const basis = new Float32Array(length * length);
  for (let pixel = 0; pixel < length; pixel++) {
    for (let wave = 0; wave < length; wave++) {
      const norm = Math.sqrt((wave === 0 ? 1 : 2) / length);
      basis[pixel * length + wave] = norm * Math.cos((Math.PI * (pixel + 0.5) * wave) / length);
    }
  }
  return basis;
}

/** In cycles a pixel. */
function frequenciesOf(height: number, width: number): Float32Array {
  const frequencies = new Float32Array(height * width);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      frequencies[row * width + column] = Math.hypot(row / (2 * height), column / (2 * width));
    }
  }
  return frequencies;
}

/** Amplitudes fall with the frequency, as natural images' do (Field 1987); their root mean square is 1. */
function scaleOf(frequencies: Float32Array, height: number, width: number): Float32Array {
  const lowest = 1 / (2 * Math.max(height, width));
  const amplitudes = frequencies.map((frequency) => 1 / Math.max(frequency, lowest));
  const meanSquare = amplitudes.reduce((sum, value) => sum + value * value, 0) / amplitudes.length;
  return amplitudes.map((value) => value / Math.sqrt(meanSquare));
}

function inColours(planes: tf.Tensor4D): tf.Tensor4D {
  const root = tf.tensor2d(colourRoot.flat(), [3, 3]);
  return planes.reshape([-1, 3]).matMul(root, false, true).reshape(planes.shape);
}
