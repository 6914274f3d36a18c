/**
 * The logits of a network: what its last layer makes before a softmax or sigmoid. Evidence is drawn from them, as
 * Simonyan et al. 2014 (arXiv:1312.6034, section 3) do: a class's probability also rises where the others fall.
 */
import type * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import { registerGradients } from '../../engine/gradients/register';
import { identity } from '../../engine/output-layer';
import { isActivated, type GivenTensors, type LayerGraph, type Replacements } from '../layer-graph';

/** What turns logits into probabilities; `null` where the network ends in its logits. */
export type FinalActivation = 'softmax' | 'sigmoid' | null;

export class ClassScores {
  readonly graph: LayerGraph;
  readonly classes: number;
  readonly finalActivation: FinalActivation;
  readonly #replacements: Replacements;

  constructor(graph: LayerGraph) {
    registerGradients();
    this.graph = graph;
    this.classes = graph.output.shape.slice(1).reduce<number>((product, size) => product * (size ?? NaN), 1);
    const last = activationAtEnd(graph.output);
    this.finalActivation = last?.kind ?? null;
    this.#replacements = new Map(last === null ? [] : [[last.layer, identity]]);
  }

  /** Throws a `Refusal` where there is no such class. */
  check(classIndex: number): void {
    if (classIndex < this.classes) return;
    throw new Refusal(
      `There is no class ${classIndex}: the network tells ${this.classes} apart, counted from 0.`,
    );
  }

  /**
   * One row an image. Must be called in a scope.
   * @param replacements of layers that act otherwise for this computation
   */
  logits(images: tf.Tensor4D, replacements?: Replacements): tf.Tensor2D {
    return this.logitsFrom(new Map([[this.graph.input, images]]), replacements);
  }

  /** The same from any tensors between the input and the output. */
  logitsFrom(given: GivenTensors, replacements: Replacements = new Map()): tf.Tensor2D {
    const all = new Map([...replacements, ...this.#replacements]);
    return this.graph.compute(this.graph.output, given, all).reshape([-1, this.classes]);
  }

  /** The logit of one class, one value an image. */
  logitOf(classIndex: number, logits: tf.Tensor2D): tf.Tensor1D {
    return logits.slice([0, classIndex], [-1, 1]).reshape([-1]);
  }

  /** What the network itself makes of these logits; `null` where it makes nothing of them. */
  probabilities(logits: tf.Tensor2D): tf.Tensor2D | null {
    switch (this.finalActivation) {
      case 'softmax':
        return logits.softmax();
      case 'sigmoid':
        return logits.sigmoid();
      case null:
        return null;
    }
  }
}

/** Layers that move values or let them through, and so may stand behind a softmax. */
const passing: ReadonlySet<string> = new Set(['Dropout', 'Flatten', 'Reshape']);

interface LastActivation {
  readonly layer: tf.layers.Layer;
  readonly kind: 'softmax' | 'sigmoid';
}

function activationAtEnd({ sourceLayer, inputs }: tf.SymbolicTensor): LastActivation | null {
  const type = sourceLayer.getClassName();
  const [before] = inputs;
  if (type === 'Softmax') return { layer: sourceLayer, kind: 'softmax' };
  if (isActivated(sourceLayer)) {
    const kind = sourceLayer.activation.getClassName();
    if (kind === 'softmax' || kind === 'sigmoid') return { layer: sourceLayer, kind };
    return type === 'Activation' && kind === 'linear' && before !== undefined
      ? activationAtEnd(before)
      : null;
  }
  return passing.has(type) && before !== undefined ? activationAtEnd(before) : null;
}
