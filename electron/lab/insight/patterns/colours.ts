import * as tf from '@tensorflow/tfjs';

/**
 * How colours of natural photographs vary together: the root of their covariance, scaled so that its largest column
 * has a norm of 1 (published with Olah et al. 2017).
 */
const root = ((): readonly (readonly number[])[] => {
  const published = [
    [0.26, 0.09, 0.02],
    [0.27, 0.0, -0.05],
    [0.27, -0.09, 0.03],
  ];
  const norms = [0, 1, 2].map((column) => Math.hypot(...published.map((row) => row[column] as number)));
  const largest = Math.max(...norms);
  return published.map((row) => row.map((value) => value / largest));
})();

const inverse = inverted(root);

/** What ascends as red, green and blue: [images, height, width, 3]. */
export function inColours(planes: tf.Tensor4D): tf.Tensor4D {
  const turn = tf.tensor2d(root.flat(), [3, 3]);
  return planes.reshape([-1, 3]).matMul(turn, false, true).reshape(planes.shape);
}

/** The way back, of pixels one after another. */
export function fromColours(pixels: Float32Array): Float32Array {
  return pixels.map((_, index) => {
    const first = index - (index % 3);
    const row = inverse[index % 3] as readonly number[];
    return row.reduce((sum, share, channel) => sum + share * (pixels[first + channel] as number), 0);
  });
}

/** Of a matrix of 3 x 3: the cofactors over the determinant. */
function inverted(matrix: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const at = (row: number, column: number): number => matrix[row % 3]?.[column % 3] as number;
  const cofactor = (row: number, column: number): number =>
    at(row + 1, column + 1) * at(row + 2, column + 2) - at(row + 1, column + 2) * at(row + 2, column + 1);
  const determinant = [0, 1, 2].reduce((sum, column) => sum + at(0, column) * cofactor(0, column), 0);
  return [0, 1, 2].map((row) => [0, 1, 2].map((column) => cofactor(column, row) / determinant));
}
