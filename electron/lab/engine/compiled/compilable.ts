import type * as tf from '@tensorflow/tfjs';
import { CannotCompile } from './import-trace';

/**
 * The layers whose computation depends on nothing but their inputs, their weights and the noise that the step
 * gives them. A layer that draws random numbers of its own, or remembers something, would be frozen by a trace.
 */
const compilable: ReadonlySet<string> = new Set([
  'Activation',
  'Add',
  'Average',
  'AveragePooling2D',
  'BatchNormalization',
  'BentRelu',
  'Concatenate',
  'Conv2D',
  'Conv2DTranspose',
  'Cropping2D',
  'Dense',
  'DepthwiseConv2D',
  'Dropout',
  'ELU',
  'ElementFunction',
  'Flatten',
  'GaussianDropout',
  'GaussianNoise',
  'GlobalAveragePooling2D',
  'GlobalMaxPooling2D',
  'GroupedConv2D',
  'InputLayer',
  'LeakyReLU',
  'MaxPooling2D',
  'Maximum',
  'Minimum',
  'Multiply',
  'Normalization',
  'PReLU',
  'Permute',
  'ReLU',
  'Rescaling',
  'Reshape',
  'Resizing',
  'SeparableConv2D',
  'Softmax',
  'Subtract',
  'ThresholdedReLU',
  'UpSampling2D',
  'ZeroPadding2D',
]);

/** Throws `CannotCompile` that names the first layer which no graph can repeat. */
export function checkCompilable(model: tf.LayersModel): void {
  for (const layer of model.layers) {
    if (!compilable.has(layer.getClassName())) {
      throw new CannotCompile(
        `its layer ${layer.name} (${layer.getClassName()}) may do more than a graph can repeat`,
      );
    }
  }
}
