/** A typed array that grows at its end. Doubling keeps appending cheap over hundreds of thousands of batches. */
export class GrowingFloats {
  #buffer = new Float32Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(values: Float32Array): void {
    const needed = this.#length + values.length;
    if (needed > this.#buffer.length) {
      const larger = new Float32Array(Math.max(needed, this.#buffer.length * 2));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    this.#buffer.set(values, this.#length);
    this.#length = needed;
  }

  clear(): void {
    this.#length = 0;
  }

  /** The values from `from` on, without a copy; valid until the next append. */
  since(from: number): Float32Array {
    return this.#buffer.subarray(from, this.#length);
  }

  /** The last value, or `null` if there is none. */
  last(): number | null {
    return this.#length === 0 ? null : (this.#buffer[this.#length - 1] ?? null);
  }
}
