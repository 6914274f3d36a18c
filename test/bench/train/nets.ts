import { modelSpec, type ModelSpec } from '#shared/spec';
import { presets } from '../../../electron/lab/model/presets';

/** A network that all contenders train, each in its own words, on images of one shape. */
export interface BenchNet {
  readonly name: 'seed' | 'dense' | 'cifar';
  readonly title: string;
  readonly spec: ModelSpec;
  readonly shape: readonly [height: number, width: number, channels: number];
  /** Images a trial trains on. */
  readonly images: number;
}

const preset = (name: string): ModelSpec => {
  const found = presets.find(({ id }) => id === name);
  if (found === undefined) throw new Error(`no preset ${name}`);
  return found.spec;
};

const block = (filters: number) =>
  [0, 1].flatMap(() => [
    { kind: 'conv2d', filters, kernelSize: 3, padding: 'same' } as const,
    { kind: 'batchNormalization' } as const,
    { kind: 'activation', activation: 'relu' } as const,
  ]);
const pool = [{ kind: 'maxPooling2d' } as const, { kind: 'dropout', rate: 0.25 } as const];

/** The same layers stand in keras_worker.py, torch_worker.py and stock-worker.mjs. */
export const benchNets: readonly BenchNet[] = [
  {
    name: 'seed',
    title: "the textbook's convnet",
    spec: preset('seed'),
    shape: [28, 28, 1],
    images: 12_800,
  },
  { name: 'dense', title: 'the dense net', spec: preset('dense'), shape: [28, 28, 1], images: 25_600 },
  {
    name: 'cifar',
    title: '6 convolutions, batch norm, dropout on 32x32x3',
    spec: modelSpec.parse({
      name: 'cifar',
      layers: [
        ...[...block(32), ...pool, ...block(64), ...pool, ...block(128), ...pool],
        { kind: 'flatten' },
        { kind: 'dense', units: 'classes', activation: 'softmax' },
      ],
    }),
    shape: [32, 32, 3],
    images: 1280,
  },
];
