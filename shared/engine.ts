/** What computes, and why nothing better does. */

/** One way to compute, as `doctor` lists it. */
export interface EngineCandidate {
  readonly title: string;
  readonly status: 'in use' | 'available' | 'unavailable';
  /** Why it is not used, as a sentence; `null` for the one in use. */
  readonly reason: string | null;
  /** A command or step that mends it, where there is one. */
  readonly remedy: string | null;
}

export interface EngineReport {
  readonly engine: 'tensorflow' | 'wasm';
  /** `TensorFlow` or `WebAssembly`. */
  readonly title: string;
  readonly version: string;
  /** For example `CPU, 2 cores`. */
  readonly device: string;
  /** Further facts worth knowing, such as `oneDNN on`. */
  readonly notes: readonly string[];
  /** From the best to the floor. */
  readonly candidates: readonly EngineCandidate[];
}
