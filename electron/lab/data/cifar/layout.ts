/** How the binary version of a set is published (cs.toronto.edu/~kriz/cifar.html, "Binary version"). */
export interface CifarLayout {
  readonly id: 'cifar10' | 'cifar100';
  readonly title: string;
  readonly training: readonly string[];
  readonly test: string;
  /** One name of a class a line. */
  readonly names: string;
  readonly classes: number;
  /** Bytes before the pixels of an image: labels, the last of which is the class. */
  readonly labelBytes: number;
  /** The folder inside of the archive. */
  readonly folder: string;
}

export const cifar10: CifarLayout = {
  id: 'cifar10',
  title: 'CIFAR-10',
  training: [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`),
  test: 'test_batch.bin',
  names: 'batches.meta.txt',
  classes: 10,
  labelBytes: 1,
  folder: 'cifar-10-batches-bin',
};

export const cifar100: CifarLayout = {
  id: 'cifar100',
  title: 'CIFAR-100',
  training: ['train.bin'],
  test: 'test.bin',
  names: 'fine_label_names.txt',
  classes: 100,
  // The coarse label comes first, then the fine one.
  labelBytes: 2,
  folder: 'cifar-100-binary',
};

export const cifarLayouts: readonly CifarLayout[] = [cifar10, cifar100];

export const cifarSide = 32;
const pixelBytes = 3 * cifarSide * cifarSide;

/** Bytes of one image with its labels. */
export function recordBytes({ labelBytes }: CifarLayout): number {
  return labelBytes + pixelBytes;
}
