/**
 * A layer's filters as something to ascend: the part of the network before them, and their maps before the activation,
 * which has a gradient where a relu has none.
 */
import type * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import { identity } from '../../engine/output-layer';
import { isActivated, LayerGraph, type Replacements } from '../layer-graph';

/** Layers that are nothing but an activation. */
const activationLayers: ReadonlySet<string> = new Set([
  'ELU',
  'ElementFunction',
  'LeakyReLU',
  'PReLU',
  'ReLU',
  'Softmax',
  'ThresholdedReLU',
]);

/** Layers whose values rise with the values before them, channel by channel, so that an activation may as well follow. */
const rising: ReadonlySet<string> = new Set([
  'AveragePooling2D',
  'Dropout',
  'GaussianDropout',
  'GaussianNoise',
  'GlobalAveragePooling2D',
  'GlobalMaxPooling2D',
  'MaxPooling2D',
  'SpatialDropout2D',
  'UpSampling2D',
]);

/** Layers that compute sums of multiples of their inputs, apart from an activation. */
const affine: ReadonlySet<string> = new Set([
  'Affine',
  'AveragePooling2D',
  'BatchNormalization',
  'Conv2D',
  'Conv2DTranspose',
  'Cropping2D',
  'Dense',
  'DepthwiseConv2D',
  'Dropout',
  'Flatten',
  'GaussianDropout',
  'GaussianNoise',
  'GlobalAveragePooling2D',
  'GroupedConv2D',
  'Permute',
  'Rescaling',
  'Reshape',
  'SeparableConv2D',
  'SpatialDropout2D',
  'UpSampling2D',
  'ZeroPadding2D',
]);

export class Target {
  readonly graph: LayerGraph;
  readonly layer: tf.layers.Layer;
  readonly channels: number;
  /** What a filter's activation makes of its map; `null` where nothing. */
  readonly activation: string | null;
  /** From here on the maps are sums of multiples of the values. */
  readonly head: tf.SymbolicTensor;
  /** Whether the activation left out is the layer's own, so that those before it all stay. */
  readonly cutsItself: boolean;
  readonly #output: tf.SymbolicTensor;
  readonly #replacements: Replacements;

  /**
   * Throws a `Refusal` where there is no such layer or it has no channels.
   * @param layer `null` for the last one
   */
  constructor(model: tf.LayersModel, layer: string | null) {
    this.graph = new LayerGraph(model);
    this.#output = layer === null ? this.graph.output : this.graph.outputOf(layer);
    this.layer = this.#output.sourceLayer;
    const { name } = this.layer;
    if (this.#output === this.graph.input) {
      throw new Refusal(`${name} is the input, which has no filters; name a layer after it.`);
    }
    const channels = this.#output.shape.at(-1);
    if (this.#output.shape.length < 2 || channels === null || channels === undefined) {
      throw new Refusal(
        `The layer ${name} makes ${this.#output.shape.slice(1).join(' x ')} values, which are no channels; name ` +
          `one that makes feature maps or units.`,
      );
    }
    this.channels = channels;
    const cut = activationBefore(this.#output);
    this.activation = cut === null ? null : nameOfActivation(cut);
    this.cutsItself = cut === null || cut === this.layer;
    this.#replacements = new Map(cut === null ? [] : [[cut, identity]]);
    this.head = headOf(this.#output, cut);
  }

  /** The maps of every filter before the activation: [images, ..., channels]. Must be called in a scope. */
  maps(images: tf.Tensor4D): tf.Tensor {
    return this.#compute(this.#output, this.graph.input, images);
  }

  /** The same from `head` on. */
  mapsFromHead(head: tf.Tensor): tf.Tensor {
    return this.#compute(this.#output, this.head, head);
  }

  /** What the network makes of images up to `head`. */
  headOf(images: tf.Tensor4D): tf.Tensor {
    return this.#compute(this.head, this.graph.input, images);
  }

  #compute(wanted: tf.SymbolicTensor, from: tf.SymbolicTensor, tensor: tf.Tensor): tf.Tensor {
    return this.graph.compute(wanted, new Map([[from, tensor]]), this.#replacements);
  }
}

/** The layer whose activation the values have passed last. */
function activationBefore(output: tf.SymbolicTensor): tf.layers.Layer | null {
  let symbol: tf.SymbolicTensor | undefined = output;
  while (symbol !== undefined) {
    const { sourceLayer } = symbol;
    if (isActivated(sourceLayer) || activationLayers.has(sourceLayer.getClassName())) return sourceLayer;
    if (!rising.has(sourceLayer.getClassName())) return null;
    symbol = symbol.inputs[0];
  }
  return null;
}

function nameOfActivation(layer: tf.layers.Layer): string {
  return isActivated(layer) ? layer.activation.getClassName() : layer.getClassName();
}

function headOf(output: tf.SymbolicTensor, cut: tf.layers.Layer | null): tf.SymbolicTensor {
  let symbol = output;
  for (;;) {
    const [before, ...others] = symbol.inputs;
    if (before === undefined || others.length > 0 || !isAffine(symbol.sourceLayer, cut)) return symbol;
    symbol = before;
  }
}

function isAffine(layer: tf.layers.Layer, cut: tf.layers.Layer | null): boolean {
  const type = layer.getClassName();
  // Without its activation it computes what is left of it: nothing, for those that are nothing else.
  if (layer === cut) return affine.has(type) || type === 'Activation' || activationLayers.has(type);
  if (!affine.has(type)) return type === 'Activation' && nameOfActivation(layer) === 'linear';
  return !isActivated(layer) || nameOfActivation(layer) === 'linear';
}
