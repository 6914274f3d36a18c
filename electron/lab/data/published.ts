import { idxFiles } from './idx-folder';

/** A set that its makers publish as four gzip IDX files. */
export interface PublishedSet {
  readonly id: 'mnist' | 'fashion-mnist';
  readonly title: string;
  readonly classes: readonly string[];
  /** Addresses of folders that serve the same four files, tried in turn. */
  readonly mirrors: readonly string[];
  readonly files: readonly PublishedFile[];
}

export interface PublishedFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The checksums are those of the files that yann.lecun.com/exdb/mnist served (train images md5 f68b3c2d...). */
export const mnist: PublishedSet = {
  id: 'mnist',
  title: 'MNIST',
  classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  mirrors: [
    'https://storage.googleapis.com/cvdf-datasets/mnist/',
    'https://ossci-datasets.s3.amazonaws.com/mnist/',
    'https://raw.githubusercontent.com/fgnt/mnist/master/',
  ],
  files: files(
    [9_912_422, '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609'],
    [28_881, '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c'],
    [1_648_877, '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6'],
    [4_542, 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6'],
  ),
};

/** Published at github.com/zalandoresearch/fashion-mnist, whose README lists the md5 sums of the same files. */
export const fashionMnist: PublishedSet = {
  id: 'fashion-mnist',
  title: 'Fashion-MNIST',
  classes: [
    'T-shirt/top',
    'Trouser',
    'Pullover',
    'Dress',
    'Coat',
    'Sandal',
    'Shirt',
    'Sneaker',
    'Bag',
    'Ankle boot',
  ],
  mirrors: [
    'https://storage.googleapis.com/tensorflow/tf-keras-datasets/',
    'https://fashion-mnist.s3.eu-central-1.amazonaws.com/',
    'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
  ],
  files: files(
    [26_421_880, '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84'],
    [29_515, 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845'],
    [4_422_102, '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073'],
    [5_148, '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5'],
  ),
};

type SizeAndSum = readonly [bytes: number, sha256: string];

function files(
  trainingImages: SizeAndSum,
  trainingLabels: SizeAndSum,
  testImages: SizeAndSum,
  testLabels: SizeAndSum,
): readonly PublishedFile[] {
  const sums = { trainingImages, trainingLabels, testImages, testLabels };
  return (Object.keys(idxFiles) as (keyof typeof idxFiles)[]).map((key) => {
    const [bytes, sha256] = sums[key];
    return { name: `${idxFiles[key]}.gz`, bytes, sha256 };
  });
}
