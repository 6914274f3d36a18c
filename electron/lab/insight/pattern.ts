/**
 * Values to show a network whose images are not at hand, the same for every program that computes them: element i,
 * row-major, is ((1103515245 i + 12345) mod 2^31) / 2^31, in [0, 1).
 */
export function patternInput(shape: readonly number[]): Float32Array {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  for (let i = 0; i < values.length; i++) {
    // Math.imul keeps the low 32 bits of the product, of which the lower 31 are asked for.
    values[i] = ((Math.imul(1_103_515_245, i) + 12_345) & 0x7fff_ffff) / 2 ** 31;
  }
  return values;
}

/** What unknown sizes of an input are taken to be. */
const sizeOfUnknown = 24;

/** An input's shape for one image. */
export function shapeForOne(shape: readonly (number | null)[]): number[] {
  return shape.map((size, axis) => (axis === 0 ? 1 : (size ?? sizeOfUnknown)));
}
