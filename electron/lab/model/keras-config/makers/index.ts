import type { KerasLayer } from '../keras-model';
import type { Maker } from '../made-layer';
import {
  convolution,
  depthwiseConvolution,
  separableConvolution,
  transposedConvolution,
} from './convolution';
import * as core from './core';
import { concatenate, dot, merge, mergingClasses } from './merging';
import { batchNormalization, layerNormalization, normalization, rescaling } from './normalisation';
import { globalPooling, globalPoolingClasses, pooling, poolingClasses } from './pooling';
import { cropping2d, resizing, upSampling2d, zeroPadding1d, zeroPadding2d } from './resizing';

const each = (classNames: readonly string[], maker: Maker): readonly (readonly [string, Maker])[] =>
  classNames.map((className) => [className, maker] as const);

const makers: ReadonlyMap<string, Maker> = new Map([
  ...each(['Conv1D', 'Conv2D', 'Conv3D'], convolution),
  ...each(['DepthwiseConv2D'], depthwiseConvolution),
  ...each(['SeparableConv2D'], separableConvolution),
  ...each(['Conv2DTranspose'], transposedConvolution),
  ...each(poolingClasses, pooling),
  ...each(globalPoolingClasses, globalPooling),
  ...each(['Dense'], core.dense),
  ...each(['Activation'], core.activation),
  ...each(['Softmax'], core.softmax),
  ...each(['ReLU'], core.relu),
  ...each(['LeakyReLU'], core.leakyRelu),
  ...each(['ELU'], core.elu),
  ...each(['ThresholdedReLU'], core.thresholdedRelu),
  ...each(['PReLU'], core.parametricRelu),
  ...each(['Flatten'], core.flatten),
  ...each(['Reshape'], core.reshape),
  ...each(['Permute'], core.permute),
  ...each(['RepeatVector'], core.repeatVector),
  ...each(['Embedding'], core.embedding),
  ...each(['Dropout', 'SpatialDropout1D', 'SpatialDropout2D', 'SpatialDropout3D'], core.dropout),
  ...each(['GaussianNoise'], core.gaussianNoise),
  ...each(['GaussianDropout'], core.gaussianDropout),
  ...each(['AlphaDropout'], core.alphaDropout),
  ...each(['BatchNormalization'], batchNormalization),
  ...each(['LayerNormalization'], layerNormalization),
  ...each(['Rescaling'], rescaling),
  ...each(['Normalization'], normalization),
  ...each(mergingClasses, merge),
  ...each(['Concatenate'], concatenate),
  ...each(['Dot'], dot),
  ...each(['ZeroPadding1D'], zeroPadding1d),
  ...each(['ZeroPadding2D'], zeroPadding2d),
  ...each(['Cropping2D'], cropping2d),
  ...each(['UpSampling2D'], upSampling2d),
  ...each(['Resizing'], resizing),
  ...each(['ActivityRegularization', 'Identity'], core.identity),
]);

/** What Keras calls its layers of augmentation: they do nothing outside of training. */
const augmentation = /^Random[A-Z][A-Za-z]*$/;

/** Operations on tensors that stand among layers, in tf.keras and in Keras 3. */
const operations = /^(TFOpLambda|SlicingOpLambda|TensorFlowOpLayer|.*\.ops\..*)$/;

/** How to make a layer of this class; `null` where nobody here can. */
export function makerOf({ className }: KerasLayer): Maker | null {
  return makers.get(className) ?? (augmentation.test(className) ? core.identity : null);
}

/** Why a layer without a maker cannot be shown. */
export function whyUnsupported({ className }: KerasLayer): string {
  if (className === 'Lambda') return 'runs Python code, which is never run';
  if (operations.test(className)) return 'is an operation on tensors, which is not known here';
  return className.includes('>')
    ? 'is of a class that somebody wrote in Python, which is never run'
    : 'is of a class that is not known here';
}
