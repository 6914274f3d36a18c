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
import { fromColours, inColours } from './colours';

export interface SpectrumOptions {
  readonly shape: ImageShape;
  /** Pixels around the image that moving it may bring in. */
  readonly margin: number;
  /** Whether finer frequencies join step by step. */
  readonly scales: boolean;
}

/** Pixels of an image that is taken for a spectrum stay so far from black and white, where the sigmoid is flat. */
const flat = 0.05;

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

  /** Values by chance; every seed and stream has its own. The image's logits vary as much as they. */
  noise(seed: number, stream: number, deviation: number): Float32Array {
    const random = randomStream(derivedSeed(seed, stream));
    const values = new Float32Array(this.canvas[0] * this.canvas[1] * this.shape[2]);
    return values.map(() => random.gaussian() * deviation);
  }

  /** The values that make this image, in [0, 1]; its edges go on into the margin. */
  valuesOf(image: Float32Array): Float32Array {
    const [rows, columns, channels] = this.shape;
    const [height, width] = this.canvas;
    const logits = image.map((value) => {
      const inside = Math.min(1 - flat, Math.max(flat, value));
      return Math.log(inside / (1 - inside));
    });
    const planes = channels === 3 ? fromColours(logits) : logits;
    const within = (place: number, length: number): number =>
      Math.min(length - 1, Math.max(0, place - this.margin));
    const values = new Float32Array(channels * height * width);
    for (let channel = 0; channel < channels; channel++) {
      const plane = Float32Array.from({ length: height * width }, (_, place) => {
        const row = within(Math.floor(place / width), rows);
        return planes[(row * columns + within(place % width, columns)) * channels + channel] as number;
      });
      // Along the columns, then, turned, along the rows.
      const across = turnedProduct(plane, this.#columns, height, width);
      const spectrum = turnedProduct(across, this.#rows, width, height);
      values.set(
        spectrum.map((value, place) => value / (this.#scale[place] as number)),
        channel * height * width,
      );
    }
    return values;
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

/** [rows, columns] times a basis of that many columns, turned: [waves, rows]. */
function turnedProduct(
  plane: Float32Array,
  basis: Float32Array,
  rows: number,
  columns: number,
): Float32Array {
  const product = new Float32Array(columns * rows);
  for (let wave = 0; wave < columns; wave++) {
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let column = 0; column < columns; column++) {
        sum += (plane[row * columns + column] as number) * (basis[column * columns + wave] as number);
      }
      product[wave * rows + row] = sum;
    }
  }
  return product;
}
