import type * as tf from '@tensorflow/tfjs';
import type { LayerSummary, ModelSummary } from '#shared/summary';
import type { ImageShape } from '#shared/images';
import { summaryText } from '#shared/summary-text';
import { modelFlops, type Flops } from './flops';
import { inputNames, windowOf } from './window';

/** Describes a model layer by layer, as Keras counts. */
export function summarize(model: tf.LayersModel): ModelSummary {
  const flops = modelFlops(model);
  const layers = model.layers
    .filter((layer) => layer.getClassName() !== 'InputLayer')
    .map((layer) => summarizeLayer(layer, flops.of(layer)));
  const parameters = model.countParams();
  const trainableParameters = model.trainableWeights.reduce((sum, weight) => sum + sizeOf(weight.shape), 0);
  const counted = { name: model.name, layers, parameters, trainableParameters };
  return {
    ...counted,
    flops: flops.total,
    inputShape: model.inputs[0]?.shape.slice(1) as unknown as ImageShape,
    text: summaryText(counted),
  };
}

function summarizeLayer(layer: tf.layers.Layer, flops: Flops): LayerSummary {
  const activation = layer.getConfig()['activation'];
  return {
    name: layer.name,
    type: layer.getClassName(),
    outputShape: (layer.outputShape as (number | null)[]).slice(1).map((size) => size ?? 0),
    parameters: layer.countParams(),
    flops,
    activation: typeof activation === 'string' ? activation : null,
    inputs: inputNames(layer),
    window: windowOf([layer.getOutputAt(0)].flat()[0] as tf.SymbolicTensor),
  };
}

function sizeOf(shape: readonly (number | null)[]): number {
  return shape.reduce<number>((product, size) => product * (size ?? 1), 1);
}
