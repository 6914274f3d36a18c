import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readIdx } from '../../../electron/lab/data/idx';
import { derivedSeed } from '../../../shared/random';
import type { BenchNet } from './nets';

/** Where a net's images lie for all contenders: bare bytes for the others, an IDX folder for Convscope. */
export interface BenchImages {
  readonly pixels: string;
  readonly labels: string;
  readonly idxFolder: string;
}

const testImages = 250;

/** MNIST from the shared data for images of its size; noise for the others, whose speed depends on the size alone. */
export async function writeImages(net: BenchNet, mnist: string, folder: string): Promise<BenchImages> {
  const [pixels, labels] = net.shape.join() === '28,28,1' ? await readMnist(mnist, net.images) : noise(net);
  const images = {
    pixels: path.join(folder, `${net.name}.pixels`),
    labels: path.join(folder, `${net.name}.labels`),
    idxFolder: folder,
  };
  await writeFile(images.pixels, pixels);
  await writeFile(images.labels, labels);
  const size = net.shape[0] * net.shape[1] * net.shape[2];
  const test = [pixels.subarray(0, testImages * size), labels.subarray(0, testImages)] as const;
  await writeFile(path.join(folder, 'train-images-idx4-ubyte'), idx([net.images, ...net.shape], pixels));
  await writeFile(path.join(folder, 'train-labels-idx1-ubyte'), idx([net.images], labels));
  await writeFile(path.join(folder, 't10k-images-idx4-ubyte'), idx([testImages, ...net.shape], test[0]));
  await writeFile(path.join(folder, 't10k-labels-idx1-ubyte'), idx([testImages], test[1]));
  return images;
}

async function readMnist(folder: string, count: number): Promise<readonly [Uint8Array, Uint8Array]> {
  const read = async (name: string, dimensions: number) => {
    const file = path.join(folder, name);
    return readIdx(await readFile(file), file, [dimensions]).values;
  };
  const pixels = await read('train-images-idx3-ubyte.gz', 3);
  const labels = await read('train-labels-idx1-ubyte.gz', 1);
  return [pixels.subarray(0, count * 784), labels.subarray(0, count)];
}

function noise({ images, shape }: BenchNet): readonly [Uint8Array, Uint8Array] {
  const size = images * shape[0] * shape[1] * shape[2];
  return [
    Uint8Array.from({ length: size }, (_, index) => derivedSeed(1, index) & 0xff),
    Uint8Array.from({ length: images }, (_, index) => index % 10),
  ];
}

function idx(shape: readonly number[], values: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header[2] = 0x08;
  header[3] = shape.length;
  shape.forEach((size, axis) => header.writeUInt32BE(size, 4 + 4 * axis));
  return Buffer.concat([header, values]);
}
