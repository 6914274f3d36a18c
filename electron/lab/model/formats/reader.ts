import type { ModelFiles } from './files';
import type { OpenedModel } from '../opened-model';

/** One file format. */
export interface FormatReader {
  /** For people: `Keras HDF5`. */
  readonly name: string;
  /**
   * Whether this is the format of the files, judged by content. It reads little, and answers `false` instead of
   * throwing for what it does not understand.
   */
  recognise(files: ModelFiles): Promise<boolean>;
  /** Throws a `Refusal` that names the file, the place and the fault. The caller disposes of the model. */
  open(files: ModelFiles): Promise<OpenedModel>;
}
