/**
 * Guided backpropagation: the gradient with every relu passing only what raises the class (Springenberg et al. 2015,
 * arXiv:1412.6806). It shows what the layers detect rather than what the class depends on: maps of networks with
 * random weights look much the same (Adebayo et al. 2018, arXiv:1810.03292; Nie et al. 2018, arXiv:1805.07039).
 */
import * as tf from '@tensorflow/tfjs';
import type { Activation } from '../../engine/output-layer';
import { isActivated, type LayerGraph, type Replacements } from '../layer-graph';
import { inputGradients } from './input-gradients';
import { imageTensor, type Subject } from './subject';

/** Signed, in the shape of the image. */
export function guidedBackpropagation(subject: Subject): Float32Array {
  const { network, scores, classIndex } = subject;
  const replacements = guidedRelus(scores.graph);
  return network.run(() =>
    inputGradients(scores, imageTensor(subject), classIndex, replacements).dataSync<'float32'>(),
  );
}

/** Every relu of the network, fused into a layer or a layer of its own; leaky and smooth ones stay as they are. */
function guidedRelus({ model }: LayerGraph): Replacements {
  return new Map(
    model.layers.flatMap((layer) => {
      const highest = reluOf(layer);
      return highest === null ? [] : [[layer, guidedRelu(highest)] as const];
    }),
  );
}

/** The value that the layer's relu is cut at; `null` for a layer without one. */
function reluOf(layer: tf.layers.Layer): number | null {
  if (layer.getClassName() === 'ReLU') {
    return (layer as unknown as { readonly maxValue?: number | null }).maxValue ?? Infinity;
  }
  if (!isActivated(layer)) return null;
  switch (layer.activation.getClassName()) {
    case 'relu':
      return Infinity;
    case 'relu6':
      return 6;
    default:
      return null;
  }
}

function guidedRelu(highest: number): Activation {
  const guided = tf.customGrad((x, save) => {
    const input = x as tf.Tensor;
    (save as tf.GradSaveFunc)([input]);
    const rectified = input.relu();
    return {
      value: highest === Infinity ? rectified : rectified.minimum(highest),
      gradFunc: (dy, [saved]) => {
        const given = saved as tf.Tensor;
        const open = given.greater(0).logicalAnd(given.less(highest));
        return dy.relu().mul(open.cast('float32'));
      },
    };
  });
  // A name that no layer fuses into its kernel.
  return { getClassName: () => 'guidedRelu', apply: (x) => guided(x) };
}
