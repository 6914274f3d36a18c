/** What is known of the images on the bench: what the view of the data shows. */

/** A file that was left out. */
export interface SkippedFile {
  /** Relative to the folder that was named. */
  readonly file: string;
  /** Half a sentence: `it is cut short`. */
  readonly reason: string;
}
