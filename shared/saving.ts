import { z } from 'zod';

/** A file format that a network can be saved in. */
export interface SaveFormat {
  readonly id: SaveFormatId;
  readonly title: string;
  readonly about: string;
  /** Of the only file; `null` for a format of several files, which are a folder. */
  readonly extension: string | null;
}

export const saveFormatId = z.enum(['tfjs', 'keras', 'h5', 'onnx', 'savedmodel']);
export type SaveFormatId = z.infer<typeof saveFormatId>;

export const saveFormats: readonly SaveFormat[] = [
  { id: 'keras', title: 'Keras 3', about: 'One file, which Keras trains further.', extension: '.keras' },
  { id: 'h5', title: 'Keras HDF5', about: 'For Keras 2 and older tools.', extension: '.h5' },
  { id: 'tfjs', title: 'TensorFlow.js', about: 'Layers, for web pages.', extension: null },
  { id: 'onnx', title: 'ONNX', about: 'A graph, for other runtimes.', extension: '.onnx' },
  { id: 'savedmodel', title: 'SavedModel', about: 'A graph, for TensorFlow Serving.', extension: null },
];

/** The format of this id. */
export function saveFormat(id: SaveFormatId): SaveFormat {
  return saveFormats.find((format) => format.id === id) as SaveFormat;
}

/** One of the files that a network is saved as. */
export interface SavedFile {
  /** Relative to the model's folder, with `/`; the only file of a format is named `model` with its extension. */
  readonly path: string;
  readonly bytes: Uint8Array;
}
