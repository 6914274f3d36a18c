import type * as tf from '@tensorflow/tfjs';

/** The part of a layer's activation that TensorFlow.js calls. */
export interface Activation {
  getClassName(): string;
  apply(x: tf.Tensor): tf.Tensor;
}

export interface ActivatedLayer {
  activation: Activation;
}

export const identity: Activation = { getClassName: () => 'linear', apply: (x) => x };

/**
 * The layer whose softmax turns a network's logits into its output; `null` where the network ends in anything else,
 * or where something else shares the layer.
 */
export function softmaxLayer(model: tf.LayersModel): ActivatedLayer | null {
  const [layer] = model.outputLayers;
  if (model.outputLayers.length !== 1 || layer === undefined) return null;
  if (layer.inboundNodes.length !== 1) return null;
  if (layer.outboundNodes.some(({ outboundLayer }) => model.layers.includes(outboundLayer))) return null;
  const { activation } = layer as unknown as Partial<ActivatedLayer>;
  return activation?.getClassName() === 'softmax' ? (layer as unknown as ActivatedLayer) : null;
}

/** What `compute` returns while the layer leaves its activation out. */
export function withoutActivation<T>(layer: ActivatedLayer, compute: () => T): T {
  return withActivation(layer, identity, compute);
}

/** What `compute` returns while the layer has another activation. */
export function withActivation<T>(layer: ActivatedLayer, activation: Activation, compute: () => T): T {
  const own = layer.activation;
  layer.activation = activation;
  try {
    return compute();
  } finally {
    layer.activation = own;
  }
}
