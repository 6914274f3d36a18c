import * as tf from '@tensorflow/tfjs';

/** The activations that never fall: the maximum of their values is their value at the maximum. */
const monotone = new Set([
  'linear',
  'relu',
  'relu6',
  'elu',
  'selu',
  'sigmoid',
  'hardSigmoid',
  'softplus',
  'softsign',
  'tanh',
]);

interface ActivatedLayer {
  activation: { getClassName(): string; apply(x: tf.Tensor): tf.Tensor } | null;
  bias?: Pick<tf.LayerVariable, 'read'> | null;
  readonly dataFormat?: string;
}

/**
 * Runs a computation in which max pooling comes before the bias and the activation of the layer that it pools:
 * pool(relu(conv + bias)) = relu(pool(conv) + bias), since a maximum commutes with adding a channel's constant and
 * with anything monotone. The elementwise work, forward and backward, shrinks by the size of the window. Only where
 * nothing else sees the values between.
 */
export function withPoolingFirst<T>(model: tf.LayersModel, compute: () => T): T {
  const undo = model.layers.flatMap((layer) => {
    const pool = poolingAfter(model, layer);
    return pool === null ? [] : [postpone(layer as unknown as ActivatedLayer, pool)];
  });
  try {
    return compute();
  } finally {
    for (const restore of undo) restore();
  }
}

/** The max pooling that alone consumes this layer, whose activation can be postponed. */
function poolingAfter(model: tf.LayersModel, layer: tf.layers.Layer): tf.layers.Layer | null {
  const kind = layer.getClassName();
  const { activation, dataFormat } = layer as unknown as ActivatedLayer;
  if (kind !== 'Activation' && !(kind === 'Conv2D' && dataFormat !== 'channelsFirst')) return null;
  if (activation === null || !monotone.has(activation.getClassName())) return null;
  if (layer.inboundNodes.length !== 1 || model.outputLayers.includes(layer)) return null;
  const [pool, ...others] = layer.outboundNodes
    .map(({ outboundLayer }) => outboundLayer)
    .filter((consumer) => model.layers.includes(consumer));
  if (others.length > 0) return null;
  return pool?.getClassName() === 'MaxPooling2D' && pool.inboundNodes.length === 1 ? pool : null;
}

/** Leaves bias and activation out of one layer and adds them after the other; returns what undoes it. */
function postpone(layer: ActivatedLayer, pool: tf.layers.Layer): () => void {
  const { activation, bias } = layer;
  const call = pool.call;
  layer.activation = { getClassName: () => 'linear', apply: (x) => x };
  if (bias !== undefined) layer.bias = null;
  pool.call = (inputs, options) =>
    tf.tidy(() => {
      const pooled = call.call(pool, inputs, options) as tf.Tensor;
      const biased = bias === undefined || bias === null ? pooled : pooled.add(bias.read());
      return activation === null ? biased : activation.apply(biased);
    });
  return () => {
    layer.activation = activation;
    if (bias !== undefined) layer.bias = bias;
    pool.call = call;
  };
}
