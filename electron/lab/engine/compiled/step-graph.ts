import * as tf from '@tensorflow/tfjs';
import type { ImageShape } from '#shared/images';
import type { OptimizerSpec } from '#shared/spec';
import { DataType, type NativeBackend } from '../native';
import type { NetworkFunctions } from '../network-functions';
import { updateRule } from '../optimizers';
import { scoped } from '../scope';
import { GraphBuilder, type Output } from './graph';
import { importTrace } from './import-trace';
import {
  addConcatenated,
  addFloat,
  addGather,
  addOneHot,
  addPacked,
  addScaled,
  addWeightedSum,
} from './nodes';
import { withPoolingFirst } from './pooling-first';
import type { TensorForm } from './rewrites';
import { nativeId, trace } from './trace';
import { addUpdate } from './updates';
import { addBarrier, addVariable, readVariable, type GraphVariable } from './variables';

export interface StepGraphOptions {
  readonly backend: NativeBackend;
  readonly functions: NetworkFunctions;
  readonly optimizer: OptimizerSpec;
  readonly images: { readonly count: number; readonly shape: ImageShape; readonly weights?: Float32Array };
  readonly classes: number;
}

/** A variable of the graph with the name that checkpoints know it by. */
export interface StateVariable {
  readonly name: string;
  readonly initial: number | null;
  readonly variable: GraphVariable;
}

/** What a function's traced tensors are called in the graph. */
type OutputOf = (tensor: tf.Tensor) => Output;

/**
 * The graph of a compiled step: weights, slots and the data set as variables, and on them one function for each
 * size of training batch, one for inference and one that looks at every layer.
 */
export class StepGraph {
  readonly graph: GraphBuilder;
  readonly images: GraphVariable;
  readonly labels: GraphVariable;
  /** How much each image counts; `null` where all count the same. */
  readonly sampleWeights: GraphVariable | null;
  readonly weights: readonly StateVariable[];
  readonly slots: readonly StateVariable[];
  readonly learningRate: Output;
  readonly step: Output;
  readonly #options: StepGraphOptions;
  readonly #preparations: Output[] = [];

  constructor(options: StepGraphOptions) {
    const { backend, functions, optimizer, images } = options;
    this.#options = options;
    const graph = new GraphBuilder(backend.binding);
    this.graph = graph;
    const { uint8, int32, float } = DataType;
    this.images = addVariable(graph, {
      name: 'images',
      dtype: uint8,
      shape: [images.count, ...images.shape],
      copied: false,
    });
    this.labels = addVariable(graph, { name: 'labels', dtype: int32, shape: [images.count], copied: false });
    this.sampleWeights =
      images.weights === undefined
        ? null
        : addVariable(graph, { name: 'sample_weights', dtype: float, shape: [images.count], copied: false });
    this.weights = functions.model.weights.map((weight, index) => ({
      name: weight.originalName,
      initial: null,
      variable: addVariable(graph, {
        name: `weight${index}`,
        dtype: float,
        shape: weight.shape as number[],
        copied: true,
      }),
    }));
    const { slots } = updateRule(optimizer);
    this.slots = functions.model.trainableWeights.flatMap((weight, index) =>
      slots.map((slot) => ({
        name: `${weight.originalName}/${slot.name}`,
        initial: slot.initial,
        variable: addVariable(graph, {
          name: `slot${index}/${slot.name}`,
          dtype: float,
          shape: weight.shape as number[],
          copied: true,
        }),
      })),
    );
    this.learningRate = graph.placeholder('learning_rate', float, []);
    this.step = graph.placeholder('step', int32, []);
  }

  get state(): readonly StateVariable[] {
    return [...this.weights, ...this.slots];
  }

  /** Adds the nodes that say when everything was written. Call it last. */
  finish(): { readonly stateWritten: Output; readonly dataWritten: Output } {
    const stateWrites = this.state.map(({ variable }) => variable.write);
    return {
      stateWritten: addBarrier(this.graph, 'state/written', [...stateWrites, ...this.#preparations]),
      dataWritten: addBarrier(this.graph, 'data/written', [
        this.images.write,
        this.labels.write,
        ...(this.sampleWeights === null ? [] : [this.sampleWeights.write]),
      ]),
    };
  }

  /** Trains on `size` images whose indices it is fed; yields mean loss and correct count as one tensor. */
  addTraining(size: number): { readonly indices: Output; readonly metrics: Output } {
    const { graph } = this;
    const prefix = `train${size}`;
    const indices = graph.placeholder(`${prefix}/indices`, DataType.int32, [size]);
    const pixels = addGather(graph, `${prefix}/pixels`, this.images, indices);
    const classes = addGather(graph, `${prefix}/classes`, this.labels, indices);
    const counts =
      this.sampleWeights === null ? null : addGather(graph, `${prefix}/counts`, this.sampleWeights, indices);
    const reads = this.#readWeights(prefix);

    return this.#traced(prefix, size, { pixels, classes, counts, reads }, (inputs) => {
      const { images, labels, step } = inputs;
      const lesson = withPoolingFirst(this.#options.functions.model, () =>
        this.#options.functions.learn(images, labels, step, inputs.counts),
      );
      return (outputOf, written) => {
        const after = [
          ...this.#addUpdates(prefix, lesson.gradients, outputOf, reads),
          ...this.#addWrites(prefix, written, outputOf, reads),
        ];
        const parts = [outputOf(lesson.loss), outputOf(lesson.correct)];
        const metrics = addPacked(graph, `${prefix}/metrics`, parts, after);
        return { indices, metrics };
      };
    });
  }

  /**
   * Reads `size` images in inference mode. `metrics` yields the sums of losses and hits, each weighted by what
   * `share` is fed, and the weights' penalty.
   */
  addInference(size: number): {
    readonly pixels: Output;
    readonly classes: Output;
    readonly share: Output;
    readonly metrics: Output;
    readonly probabilities: Output;
  } {
    const { graph } = this;
    const { functions, images: data } = this.#options;
    const pixels = graph.placeholder('infer/pixels', DataType.uint8, [size, ...data.shape]);
    const classes = graph.placeholder('infer/classes', DataType.int32, [size]);
    const share = graph.placeholder('infer/share', DataType.float, [size]);
    const reads = this.#readWeights('infer');
    return this.#traced('infer', size, { pixels, classes, counts: null, reads }, ({ images, labels }) => {
      const { losses, hits } = functions.assess(images, labels);
      const penalty = functions.penalty();
      const rows = functions.probabilities(images);
      return (outputOf) => {
        const parts = [
          addWeightedSum(graph, 'infer/loss', outputOf(losses), share),
          addWeightedSum(graph, 'infer/hits', outputOf(hits), share),
          penalty === null ? graph.float(0) : outputOf(penalty),
        ];
        const metrics = addPacked(graph, 'infer/metrics', parts);
        return { pixels, classes, share, metrics, probabilities: outputOf(rows) };
      };
    });
  }

  /** Every layer's output for one image, one after another in one vector. */
  addInspection(): {
    readonly pixels: Output;
    readonly values: Output;
    readonly shapes: readonly (readonly number[])[];
  } {
    const { graph } = this;
    const { functions, images: data } = this.#options;
    const pixels = graph.placeholder('look/pixels', DataType.uint8, [1, ...data.shape]);
    const reads = this.#readWeights('look');
    return this.#traced('look', 1, { pixels, classes: null, counts: null, reads }, ({ images }) => {
      const outputs = functions.outputs(images);
      return (outputOf) => {
        const values = addConcatenated(graph, 'look/values', outputs.map(outputOf));
        return { pixels, values, shapes: outputs.map((output) => output.shape.slice(1)) };
      };
    });
  }

  /**
   * Traces a function of images (scaled from `pixels`) and one-hot labels (of `classes`) and adds it to the graph.
   * `compute` runs inside the trace; what it returns runs after it, with the names of the traced tensors and the
   * weights that the trace changed.
   */
  #traced<T>(
    prefix: string,
    size: number,
    sources: {
      readonly pixels: Output;
      readonly classes: Output | null;
      readonly counts: Output | null;
      readonly reads: readonly Output[];
    },
    compute: (inputs: {
      readonly images: tf.Tensor4D;
      readonly labels: tf.Tensor2D;
      readonly step: tf.Scalar;
      readonly counts: tf.Tensor1D | null;
    }) => (outputOf: OutputOf, written: readonly (tf.Tensor | null)[]) => T,
  ): T {
    const { backend, functions, images, classes } = this.#options;
    return scoped(() => {
      const inputs = {
        images: tf.zeros([size, ...images.shape]) as tf.Tensor4D,
        labels: tf.oneHot(tf.zeros([size], 'int32'), classes).toFloat() as tf.Tensor2D,
        step: tf.scalar(1, 'int32'),
        counts: sources.counts === null ? null : tf.ones<tf.Rank.R1>([size]),
      };
      const weights = functions.model.weights.map((weight) => weight.read() as tf.Variable);
      const before = weights.map((weight) => weight.clone());
      const ids = before.map((tensor) => nativeId(backend, tensor));
      const { float, int32 } = DataType;
      const known = new Map<number, TensorForm & { readonly output: Output }>();
      const stand = (tensor: tf.Tensor, dtype: number, output: Output) =>
        known.set(nativeId(backend, tensor), { output, shape: tensor.shape, dtype });
      stand(inputs.images, float, addScaled(this.graph, `${prefix}/scaled`, sources.pixels));
      stand(inputs.step, int32, this.step);
      if (inputs.counts !== null && sources.counts !== null) stand(inputs.counts, float, sources.counts);
      before.forEach((weight, index) => stand(weight, float, sources.reads[index] as Output));
      if (sources.classes !== null) {
        stand(inputs.labels, float, addOneHot(this.graph, `${prefix}/one_hot`, sources.classes, classes));
      }
      try {
        const { result: finish, operations, constants } = trace(backend, () => compute(inputs));
        const imported = importTrace(this.graph, backend.binding, prefix, { operations, constants }, known);
        const outputOf: OutputOf = (tensor) => imported(nativeId(backend, tensor));
        const written = weights.map((weight, index) =>
          nativeId(backend, weight) === ids[index] ? null : weight,
        );
        return finish(outputOf, written);
      } finally {
        weights.forEach((weight, index) => weight.assign(before[index] as tf.Tensor));
      }
    });
  }

  #readWeights(prefix: string): readonly Output[] {
    return this.weights.map(({ variable }, index) =>
      readVariable(this.graph, `${prefix}/weight${index}`, variable),
    );
  }

  /** Updates every trainable weight that has a gradient, after all weights were read. */
  #addUpdates(
    prefix: string,
    gradients: tf.NamedTensorMap,
    outputOf: OutputOf,
    reads: readonly Output[],
  ): readonly Output[] {
    const { functions, optimizer } = this.#options;
    const step = addFloat(this.graph, `${prefix}/step`, this.step);
    const slotsEach = updateRule(optimizer).slots.length;
    return functions.model.trainableWeights.flatMap((weight, index) => {
      const gradient = gradients[(weight.read() as tf.Variable).name];
      if (gradient === undefined) return [];
      const { variable } = this.weights[functions.model.weights.indexOf(weight)] as StateVariable;
      const { update, preparations } = addUpdate(this.graph, optimizer, {
        name: `${prefix}/weight${index}`,
        shape: variable.shape,
        variable: variable.handle,
        slots: this.slots
          .slice(index * slotsEach, (index + 1) * slotsEach)
          .map((slot) => slot.variable.handle),
        gradient: outputOf(gradient),
        learningRate: this.learningRate,
        step,
        after: reads,
      });
      this.#preparations.push(...preparations);
      return [update];
    });
  }

  /** Writes the weights that layers changed themselves, such as the running averages of batch normalization. */
  #addWrites(
    prefix: string,
    written: readonly (tf.Tensor | null)[],
    outputOf: OutputOf,
    reads: readonly Output[],
  ): readonly Output[] {
    return written.flatMap((tensor, index) => {
      if (tensor === null) return [];
      const { variable } = this.weights[index] as StateVariable;
      const from = [variable.handle, outputOf(tensor)];
      const type = { dtype: { type: DataType.float } };
      return [this.graph.add(`${prefix}/write${index}`, 'AssignVariableOp', { from, after: reads }, type)];
    });
  }
}
