/** How a network reads images whose classes are known. */

/** How a network reads the images of one class. Shares are NaN where there is nothing to share. */
export interface ClassScore {
  readonly correct: number;
  /** Images that belong to the class. */
  readonly support: number;
  /** Of those read as this class, the share that is. */
  readonly precision: number;
  /** Of those that are this class, the share read as it. */
  readonly recall: number;
}

/** Test images that were misread, the most confident mistakes first; not more than the lab keeps. */
export interface Mistakes {
  readonly images: Int32Array;
  readonly labels: Int32Array;
  /** The class that each was read as. */
  readonly readAs: Int32Array;
  /** The probability that the network gave to that class, 0 to 1. */
  readonly confidences: Float32Array;
}

/** How the network on the bench reads the test images. */
export interface Evaluation {
  readonly images: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly topK: { readonly k: number; readonly accuracy: number };
  readonly classes: readonly ClassScore[];
  /** Row-major: `confusion[label * classes + predicted]` images. */
  readonly confusion: Int32Array;
  readonly mistakes: Mistakes;
}
