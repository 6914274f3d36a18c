/** Models that the simulated lab can open: whatever the file, the network is a small LeNet. */
import { modelSpec, type ModelSpec, type OpenedModelSpec } from '#shared/spec';

export function fakeOpenedSpec({ name }: OpenedModelSpec): ModelSpec {
  return modelSpec.parse({
    name,
    layers: [
      { kind: 'conv2d', filters: 6, kernelSize: 5, activation: 'tanh' },
      { kind: 'averagePooling2d' },
      { kind: 'conv2d', filters: 16, kernelSize: 5, activation: 'tanh' },
      { kind: 'flatten' },
      { kind: 'dense', units: 'classes', activation: 'softmax' },
    ],
  });
}
