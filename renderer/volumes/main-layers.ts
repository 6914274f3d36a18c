/**
 * Which layers stand on the stage. Every layer of a short network does. Of a longer one only those that make
 * something new: layers with weights and layers that change the size or the number of maps, with the input and the
 * output. Layers that pass values on or put them into another order (activations, normalization, dropout, flattening,
 * padding, sums of branches) are listed and shown in the panel, where a person can look at them as at any other.
 */
import { isVector } from '#shared/stage-layout';
import type { StageLayer } from './stage-options';

/** Networks up to this length, the input counted, show every layer. */
export const shortNetwork = 17;

/**
 * Kinds that do not stand for themselves whatever their weights and shape: names of Keras, TensorFlow and ONNX, in
 * lower case without underscores and digits.
 */
const passingOn =
  /^(input(layer)?|identity|activation|(leaky|p|thresholded)?relu(\w*)|elu|selu|gelu|celu|silu|swish|hard(sigmoid|swish|tanh)|sigmoid|tanh|softmax|logsoftmax|clip|fusedbatchnorm(v)?|\w*normalization|lrn|\w*dropout\w*|gaussiannoise|biasadd|flatten|reshape|squeeze|unsqueeze|expanddims|permute|transpose|cast|shape|constant(ofshape)?|pad(v)?|mirrorpad|zeropadding\w?|cropping\w?|rescaling|add|addn|addv|sub|subtract|mul|multiply|average|maximum|minimum)$/;

/** Kinds with weights or windows, for networks of which nobody counts the weights. */
const computing = /conv|dense|gemm|matmul|linear|pool/i;

/** The numbers of the layers that stand on the stage, in the order of the network. */
export function mainLayers(layers: readonly StageLayer[]): number[] {
  const every = layers.map((_, i) => i);
  if (layers.length <= shortNetwork) return every;
  return every.filter(
    (i) => i === 0 || isMain(layers[i] as StageLayer, layers[i - 1] as StageLayer) || isOutput(layers, i),
  );
}

/** The layer on the stage that a layer belongs to: itself, or the one before it whose values it passes on. */
export function standingFor(drawn: readonly number[], layer: number): number {
  return drawn.findLastIndex((i) => i <= layer);
}

function isMain(layer: StageLayer, before: StageLayer): boolean {
  if (passesOn(layer)) return false;
  return (
    layer.parameters > 0 ||
    computing.test(layer.title) ||
    layer.shape.some((size, axis) => size !== before.shape[axis])
  );
}

/** Whether a layer of this kind passes on or reorders the values of others. */
export function passesOn({ title }: StageLayer): boolean {
  return passingOn.test(title.toLowerCase().replace(/[_\d]/g, ''));
}

/** The output of a classifier, though it be a softmax of its own; maps that are only passed on would stand twice. */
function isOutput(layers: readonly StageLayer[], i: number): boolean {
  return i === layers.length - 1 && isVector((layers[i] as StageLayer).shape);
}
