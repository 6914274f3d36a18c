import type { Preset } from '#shared/api';
import { modelSpec, type ModelSpec } from '#shared/spec';
import type { z } from 'zod';

const spec = (name: string, layers: z.input<typeof modelSpec>['layers']): ModelSpec =>
  modelSpec.parse({ name, layers });

const output = { kind: 'dense', units: 'classes', activation: 'softmax' } as const;

/** Two convolutions as of VGG (Simonyan and Zisserman 2015), with batch normalisation and dropout. */
function block(filters: number, rate: number): z.input<typeof modelSpec>['layers'] {
  const convolution: z.input<typeof modelSpec>['layers'] = [
    { kind: 'conv2d', filters, kernelSize: 3, padding: 'same' },
    { kind: 'batchNormalization' },
    { kind: 'activation', activation: 'relu' },
  ];
  return [
    ...convolution,
    ...convolution,
    { kind: 'maxPooling2d', poolSize: 2, padding: 'same' },
    { kind: 'dropout', rate },
  ];
}

/** The networks that a recipe can start from. The first is the default. */
export const presets: readonly Preset[] = [
  {
    id: 'seed',
    title: 'Textbook convnet',
    about: 'Conv2D 32-64-64 with max pooling: the first convnet of Deep Learning with Python, 5.1.',
    spec: spec('seed', [
      { kind: 'conv2d', filters: 32, kernelSize: 3, activation: 'relu' },
      { kind: 'maxPooling2d', poolSize: 2 },
      { kind: 'conv2d', filters: 64, kernelSize: 3, activation: 'relu' },
      { kind: 'maxPooling2d', poolSize: 2 },
      { kind: 'conv2d', filters: 64, kernelSize: 3, activation: 'relu' },
      { kind: 'flatten' },
      { kind: 'dense', units: 64, activation: 'relu' },
      output,
    ]),
  },
  {
    id: 'dense',
    title: 'Dense network',
    about: 'Flatten and Dense 512: the network of chapter 2 that the convnet is compared with.',
    spec: spec('dense', [{ kind: 'flatten' }, { kind: 'dense', units: 512, activation: 'relu' }, output]),
  },
  {
    id: 'no-pooling',
    title: 'Convnet without pooling',
    about: 'The textbook convnet with its pooling taken out: what downsampling is for.',
    spec: spec('no-pooling', [
      { kind: 'conv2d', filters: 32, kernelSize: 3, activation: 'relu' },
      { kind: 'conv2d', filters: 64, kernelSize: 3, activation: 'relu' },
      { kind: 'conv2d', filters: 64, kernelSize: 3, activation: 'relu' },
      { kind: 'flatten' },
      { kind: 'dense', units: 64, activation: 'relu' },
      output,
    ]),
  },
  {
    id: 'small',
    title: 'Small convnet',
    about: 'Conv2D 8-16: learns in seconds, every feature map large enough to look at.',
    spec: spec('small', [
      { kind: 'conv2d', filters: 8, kernelSize: 5, activation: 'relu' },
      { kind: 'maxPooling2d', poolSize: 2 },
      { kind: 'conv2d', filters: 16, kernelSize: 3, activation: 'relu' },
      { kind: 'maxPooling2d', poolSize: 2 },
      { kind: 'flatten' },
      output,
    ]),
  },
  {
    id: 'lenet-5',
    title: 'LeNet-5',
    about: 'Tanh and average pooling, after LeCun et al. 1998.',
    spec: spec('lenet-5', [
      { kind: 'conv2d', filters: 6, kernelSize: 5, padding: 'same', activation: 'tanh' },
      { kind: 'averagePooling2d', poolSize: 2 },
      { kind: 'conv2d', filters: 16, kernelSize: 5, activation: 'tanh' },
      { kind: 'averagePooling2d', poolSize: 2 },
      { kind: 'flatten' },
      { kind: 'dense', units: 120, activation: 'tanh' },
      { kind: 'dense', units: 84, activation: 'tanh' },
      output,
    ]),
  },
  {
    id: 'batch-norm',
    title: 'Batch-normalised convnet',
    about: 'Convolution, batch normalisation and relu three times over, then global average pooling.',
    spec: spec('batch-norm', [
      { kind: 'conv2d', filters: 16, kernelSize: 3, padding: 'same' },
      { kind: 'batchNormalization' },
      { kind: 'activation', activation: 'relu' },
      { kind: 'maxPooling2d', poolSize: 2 },
      { kind: 'conv2d', filters: 32, kernelSize: 3, padding: 'same' },
      { kind: 'batchNormalization' },
      { kind: 'activation', activation: 'relu' },
      { kind: 'maxPooling2d', poolSize: 2 },
      { kind: 'conv2d', filters: 64, kernelSize: 3, padding: 'same' },
      { kind: 'batchNormalization' },
      { kind: 'activation', activation: 'relu' },
      { kind: 'globalAveragePooling2d' },
      output,
    ]),
  },
  {
    id: 'small-vgg',
    title: 'Convnet for small pictures',
    about:
      'Pairs of 3 x 3 convolutions, batch-normalised, with dropout between: for 32 x 32 pixels in colour such as CIFAR.',
    spec: spec('small-vgg', [
      ...block(32, 0.2),
      ...block(64, 0.3),
      ...block(128, 0.4),
      { kind: 'globalAveragePooling2d' },
      output,
    ]),
  },
];
