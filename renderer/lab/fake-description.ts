import type { LabDescription, Preset } from '#shared/api';
import { modelSpec, recipe } from '#shared/spec';

const output = { kind: 'dense', units: 'classes', activation: 'softmax' } as const;

const presets: readonly Preset[] = [
  {
    id: 'seed',
    title: 'Textbook convnet',
    about: 'Conv2D 32-64-64 with max pooling.',
    spec: modelSpec.parse({
      name: 'seed',
      layers: [
        { kind: 'conv2d', filters: 32, kernelSize: 3, activation: 'relu' },
        { kind: 'maxPooling2d' },
        { kind: 'conv2d', filters: 64, kernelSize: 3, activation: 'relu' },
        { kind: 'maxPooling2d' },
        { kind: 'conv2d', filters: 64, kernelSize: 3, activation: 'relu' },
        { kind: 'flatten' },
        { kind: 'dense', units: 64, activation: 'relu' },
        output,
      ],
    }),
  },
  {
    id: 'dense',
    title: 'Dense network',
    about: 'Flatten and Dense 512, to compare with.',
    spec: modelSpec.parse({
      name: 'dense',
      layers: [{ kind: 'flatten' }, { kind: 'dense', units: 512, activation: 'relu' }, output],
    }),
  },
  {
    id: 'small',
    title: 'Small tanh convnet',
    about: 'Signed feature maps, each large enough to look at.',
    spec: modelSpec.parse({
      name: 'small',
      layers: [
        { kind: 'conv2d', filters: 8, kernelSize: 5, activation: 'tanh' },
        { kind: 'maxPooling2d' },
        { kind: 'conv2d', filters: 16, kernelSize: 3, activation: 'tanh' },
        { kind: 'flatten' },
        output,
      ],
    }),
  },
];

export const fakeDescription: LabDescription = {
  version: '0.1.0',
  engine: {
    engine: 'wasm',
    title: 'WebAssembly',
    version: '4.22.0',
    device: 'CPU, 2 cores',
    notes: ['SIMD on', 'A simulated lab: nothing is really trained'],
    candidates: [
      {
        title: 'TensorFlow with CUDA',
        status: 'unavailable',
        reason: 'No NVIDIA driver answers on this machine.',
        remedy: null,
      },
      {
        title: 'TensorFlow on the CPU',
        status: 'unavailable',
        reason: 'Its addon cannot be built: no C++ compiler was found.',
        remedy: 'sudo apt-get install g++',
      },
      { title: 'WebAssembly', status: 'in use', reason: null, remedy: null },
    ],
  },
  presets,
  sources: [
    { id: 'digits', title: 'Generated digits', about: 'Drawn on the spot; no download.' },
    { id: 'mnist', title: 'MNIST', about: '70,000 handwritten digits.' },
    { id: 'fashion-mnist', title: 'Fashion-MNIST', about: '70,000 pieces of clothing.' },
    { id: 'images', title: 'Image folder', about: 'Your own pictures, a folder a class.' },
    { id: 'cifar10', title: 'CIFAR-10', about: 'Ten kinds of things in colour.' },
    { id: 'idx', title: 'IDX folder', about: 'Your own images in the format of MNIST.' },
  ],
  defaultRecipe: recipe.parse({
    model: presets[0]?.spec,
    data: { source: 'digits' },
    training: { validationSplit: 0.2 },
  }),
  runsFolder: 'runs',
};
