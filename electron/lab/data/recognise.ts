import { stat } from 'node:fs/promises';
import { Refusal } from '#shared/errors';
import { cifarIn } from './cifar/files';
import { holdsIdxFiles } from './idx-folder';
import { listImages } from './images/list-images';

export type FolderKind = 'idx' | 'cifar10' | 'cifar100' | 'images';

/** Finds out what a folder, or CIFAR's archive, is as a source of images. Throws a `Refusal` for what is none. */
export async function recogniseData(at: string): Promise<FolderKind> {
  const info = await stat(at).catch((cause: unknown) => {
    throw new Refusal(`The folder ${at} cannot be opened: check that it exists and may be read.`, { cause });
  });
  const cifar = await cifarIn(at);
  if (cifar !== null) return cifar.id;
  if (!info.isDirectory()) {
    throw new Refusal(
      `${at} is a file; name the folder that holds the images, or CIFAR's archive cifar-10-binary.tar.gz.`,
    );
  }
  if (await holdsIdxFiles(at)) return 'idx';
  const { training, validation, test } = await listImages(at);
  if ([training, validation, test].some((files) => files !== null && files.length > 0)) return 'images';
  throw new Refusal(
    `${at} holds no images: neither MNIST's four IDX files, nor CIFAR's binary version, nor a folder of images for ` +
      `each class or a labels.csv.`,
  );
}
