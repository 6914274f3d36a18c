import { saveFormat, type SavedFile, type SaveFormatId } from '#shared/saving';

/** As many files as the format has, with a sentence in each instead of a network. */
export function fakeSavedFiles(format: SaveFormatId): readonly SavedFile[] {
  const bytes = new TextEncoder().encode('There is no network in a lab that is none.');
  const { extension } = saveFormat(format);
  if (extension !== null) return [{ path: `model${extension}`, bytes }];
  const names = format === 'tfjs' ? ['model.json', 'group1-shard1of1.bin'] : ['saved_model.pb', 'labels.txt'];
  return names.map((path) => ({ path, bytes }));
}
