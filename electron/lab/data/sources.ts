import type { DataSource } from '#shared/api';

/** What can be trained on, the default first. */
export const dataSources: readonly DataSource[] = [
  {
    id: 'digits',
    title: 'Digits',
    about:
      'Handwritten-style digits in 28 x 28 pixels, drawn on this machine from a seed: 60,000 to train on and 10,000 to ' +
      'test. Nothing is downloaded, and what learns them reads real handwriting too.',
  },
  {
    id: 'mnist',
    title: 'MNIST',
    about:
      'Handwritten digits of American clerks and students in 28 x 28 pixels: 60,000 to train on and 10,000 to test. ' +
      'Fetched once (11.6 MB) unless a folder is named.',
  },
  {
    id: 'fashion-mnist',
    title: 'Fashion-MNIST',
    about:
      'Ten kinds of clothing in 28 x 28 pixels, in numbers and format like MNIST but harder to tell apart. Fetched ' +
      'once (30.9 MB) unless a folder is named.',
  },
  {
    id: 'idx',
    title: 'IDX folder',
    about: 'Your own grey images: a folder with the four files that MNIST is published as, plain or gzip.',
  },
  {
    id: 'images',
    title: 'Image folder',
    about:
      'Your own pictures (PNG, JPEG, WebP, BMP): a folder for each class, or a labels.csv beside them; in train and ' +
      'test folders, or parted by a seed.',
  },
  {
    id: 'cifar10',
    title: 'CIFAR-10',
    about:
      'Ten kinds of things and animals in 32 x 32 pixels in colour: the folder or the archive of the binary version.',
  },
  {
    id: 'cifar100',
    title: 'CIFAR-100',
    about:
      'A hundred kinds, 600 pictures each, in 32 x 32 pixels in colour: folder or archive of the binary version.',
  },
];
