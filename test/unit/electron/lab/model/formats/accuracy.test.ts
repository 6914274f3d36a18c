import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { openData } from '../../../../../../electron/lab/data/open';
import { startEngine } from '../../../../../../electron/lab/engine/backend';
import { openModel } from '../../../../../../electron/lab/model/open';
import { usualPreprocessing } from '#shared/spec';
import { evaluateModel } from '../../../../../../electron/lab/training/evaluate-model';
import { describeWithRealData } from '../../../../../real-data';

/** As the data's README states them, for the first 300 test images of MNIST. */
const stated: readonly (readonly [file: string, lowest: number, highest: number])[] = [
  ['tfjs/tensorspace_helloworld', 0.98, 0.993],
  ['tfjs/tensorspace_lenet_example', 0.98, 0.994],
  ['tfjs/tensorspace_mnist_from_keras', 0.98, 0.994],
  ['tfjs/tensorspace_mnist_graph', 0.98, 0.994],
  ['h5/tensorspace_helloworld_tf_keras_model.h5', 0.98, 0.994],
  ['h5/tensorspace_keras_mnist.h5', 0.98, 0.994],
  ['h5/tensorspace_weights_only.h5', 0.98, 0.994],
  ['h5/tensorspace_weights_only.topology.json', 0.98, 0.994],
  ['keras/sierra_mnist_cnn.keras', 0.9925, 0.994],
  ['keras/plkamil_classic_mnist.keras', 0.986, 0.9875],
];

describeWithRealData('models trained by others on MNIST', 'models', (folder) => {
  beforeAll(async () => {
    await startEngine('auto');
  });

  it.each(stated)('%s reads as many digits as is stated', async (file, lowest, highest) => {
    const watch = { report: () => undefined, signal: new AbortController().signal };
    const mnist = await openData(
      { source: 'mnist', folder: path.join(folder, '..', 'mnist'), limit: 300 },
      watch,
    );
    const model = await openModel(path.join(folder, file));
    const score = await evaluateModel(model, await mnist.test(watch), usualPreprocessing);
    model.dispose();
    expect(score?.accuracy).toBeGreaterThanOrEqual(lowest);
    expect(score?.accuracy).toBeLessThanOrEqual(highest);
    expect(score?.loss).toBeLessThan(0.5);
  });
});
