import type * as tf from '@tensorflow/tfjs';

/** Copies of layers with their weights, applied to inputs of another kind than the originals were. */
export class LayerCopies {
  readonly #copies = new Map<tf.layers.Layer, tf.layers.Layer>();
  readonly #computed: Map<tf.SymbolicTensor, tf.SymbolicTensor>;

  /** @param inputs what stands for which of the originals' inputs */
  constructor(inputs: ReadonlyMap<tf.SymbolicTensor, tf.SymbolicTensor>) {
    this.#computed = new Map(inputs);
  }

  /** What the copies compute where the originals compute `original`. */
  compute(original: tf.SymbolicTensor): tf.SymbolicTensor {
    const known = this.#computed.get(original);
    if (known !== undefined) return known;
    const inputs = original.inputs.map((input) => this.compute(input));
    const layer = this.#copyOf(original.sourceLayer);
    const fresh = layer.inboundNodes.length === 0;
    const output = layer.apply(inputs.length === 1 ? (inputs[0] as tf.SymbolicTensor) : inputs);
    if (fresh) copyWeights(original.sourceLayer, layer);
    this.#computed.set(original, output as tf.SymbolicTensor);
    return output as tf.SymbolicTensor;
  }

  /** Releases the weights of all copies. */
  dispose(): void {
    for (const layer of this.#copies.values()) for (const weight of layer.weights) weight.dispose();
  }

  #copyOf(original: tf.layers.Layer): tf.layers.Layer {
    const copy = this.#copies.get(original) ?? copyLayer(original);
    this.#copies.set(original, copy);
    return copy;
  }
}

/** The layer again, without weights yet. */
function copyLayer(layer: tf.layers.Layer): tf.layers.Layer {
  const construct = layer.constructor as unknown as tf.serialization.SerializableConstructor<tf.layers.Layer>;
  return construct.fromConfig(construct, withoutInitializers(layer.getConfig()));
}

/** The weights are overwritten at once, so nothing need be drawn for them. */
function withoutInitializers(config: tf.serialization.ConfigDict): tf.serialization.ConfigDict {
  const zeros = { className: 'Zeros', config: {} };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      key.endsWith('Initializer') && value !== null ? zeros : value,
    ]),
  );
}

function copyWeights(from: tf.layers.Layer, to: tf.layers.Layer): void {
  from.weights.forEach((weight, index) => {
    to.weights[index]?.write(weight.read());
  });
}
