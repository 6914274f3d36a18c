import { Refusal } from '#shared/errors';
import { modelFiles, type ModelFiles } from './formats/files';
import { kerasArchive } from './formats/keras-archive';
import { kerasHdf5 } from './formats/keras-hdf5';
import { kerasTopology } from './formats/keras-topology';
import { onnx } from './formats/onnx/reader';
import type { FormatReader } from './formats/reader';
import { savedModel } from './formats/saved-model/reader';
import { tfjsGraph } from './formats/tfjs/graph';
import { tfjsLayers } from './formats/tfjs/layers';
import type { OpenedModel } from './opened-model';

/** Those that take whole folders come first: their files could be taken for others'. */
const readers: readonly FormatReader[] = [
  savedModel,
  tfjsLayers,
  tfjsGraph,
  kerasHdf5,
  kerasArchive,
  kerasTopology,
  onnx,
];

/** A folder with more files than this beside each other is searched for no model. */
const mostCandidates = 64;

/**
 * Opens a model that others may have trained: a file, or a folder that holds one. The format is recognised by
 * content, never by name. No code of the file is run. Throws a `Refusal` that names the file, the place and the fault.
 * The caller disposes of the model.
 */
export async function openModel(path: string): Promise<OpenedModel> {
  const files = await modelFiles(path);
  const reader = await readerOf(files);
  if (reader !== null) return reader.open(files);
  if (files.main === null) return openOnlyModel(files);
  throw new Refusal(`${path} is no model that can be read; ${readable()}.`);
}

/** Whether a path is a file or folder whose content looks like a model of any format. */
export async function isModel(path: string): Promise<boolean> {
  try {
    const files = await modelFiles(path);
    return (await readerOf(files)) !== null || (files.main === null && (await modelsIn(files)).length > 0);
  } catch (thrown) {
    if (thrown instanceof Refusal) return false;
    throw thrown;
  }
}

async function readerOf(files: ModelFiles): Promise<FormatReader | null> {
  for (const reader of readers) if (await reader.recognise(files)) return reader;
  return null;
}

interface Candidate {
  readonly files: ModelFiles;
  readonly reader: FormatReader;
}

/** Opens the one model among the files of a folder. */
async function openOnlyModel(folder: ModelFiles): Promise<OpenedModel> {
  const [first, second, ...others] = await modelsIn(folder);
  if (first === undefined)
    throw new Refusal(`${folder.name} holds no model that can be read; ${readable()}.`);
  if (second !== undefined) {
    const all = [first, second, ...others].map(({ files }) => files.main).join(', ');
    throw new Refusal(`${folder.name} holds several models; name one of ${all}.`);
  }
  return first.reader.open(first.files);
}

async function modelsIn(folder: ModelFiles): Promise<readonly Candidate[]> {
  const names = (await folder.list()).map((file) => file.path).filter((name) => !name.includes('/'));
  if (names.length > mostCandidates) {
    throw new Refusal(`${folder.name} holds ${String(names.length)} files; name the model among them.`);
  }
  const found: Candidate[] = [];
  for (const name of names) {
    const files = await modelFiles(`${folder.name}/${name}`);
    const reader = await readerOf(files);
    if (reader !== null) found.push({ files, reader });
  }
  return found;
}

function readable(): string {
  return `these are: ${readers.map(({ name }) => name).join(', ')}`;
}
