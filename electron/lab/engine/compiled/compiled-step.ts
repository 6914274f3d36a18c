import * as tf from '@tensorflow/tfjs';
import { imageSize, sliceImages, type ImageSet } from '#shared/images';
import type { NamedTensor } from '#shared/tensors';
import { networkActivations } from '../activations';
import { fitting } from '../named-tensors';
import type { NativeBackend } from '../native';
import type { NetworkFunctions } from '../network-functions';
import { scoped } from '../scope';
import type { StepOptions } from '../step-options';
import type { BatchMetrics, NetworkActivations, TrainingState, TrainingStep } from '../training-step';
import { checkCompilable } from './compilable';
import { feeds, Session, type Feed } from './session';
import { StepGraph, type StateVariable } from './step-graph';

/** Inference runs on batches of this many images; smaller ones are filled up. */
const inferenceBatch = 250;

/**
 * Computes a step as one run of one TensorFlow graph, in which weights, slots and the data set stay. Nothing but
 * the images' indices goes in, and nothing but two numbers comes out.
 */
export class CompiledStep implements TrainingStep {
  readonly kind = 'compiled';
  readonly #options: StepOptions;
  readonly #backend: NativeBackend;
  readonly #functions: NetworkFunctions;
  #program: Program;
  #step = 0;

  /**
   * Owns the functions from now on. Throws `CannotCompile`, or TensorFlow's words, where no graph can do what the
   * network does; the functions are the caller's then.
   */
  constructor(backend: NativeBackend, functions: NetworkFunctions, options: StepOptions) {
    checkCompilable(options.model);
    this.#options = options;
    this.#backend = backend;
    this.#functions = functions;
    this.#program = this.#compile(usualSizes(options));
    try {
      this.#write(this.#initialState());
      this.#rehearse();
    } catch (thrown) {
      this.#program.session.dispose();
      throw thrown;
    }
  }

  train(indices: Int32Array, learningRate: number): BatchMetrics {
    const size = indices.length;
    const training = this.#program.training.get(size) ?? this.#compileFor(size);
    this.#step++;
    const inputs: Record<string, Feed> = {
      [training.indices]: feeds.integers(indices),
      [this.#program.graph.learningRate]: feeds.float(learningRate),
      [this.#program.graph.step]: feeds.integer(this.#step),
    };
    const [metrics] = this.#program.session.run(inputs, [training.metrics]);
    const [loss = NaN, correct = 0] = metrics ?? [];
    return { loss, correct, count: size };
  }

  evaluate(images: ImageSet): BatchMetrics {
    let loss = 0;
    let correct = 0;
    let penalty = 0;
    this.#infer(images, this.#program.inference.metrics, (sums) => {
      loss += sums[0] ?? NaN;
      correct += sums[1] ?? 0;
      penalty = sums[2] ?? 0;
    });
    return { loss: loss / images.count + penalty, correct, count: images.count };
  }

  predict(images: ImageSet): Float32Array {
    const { classes } = this.#options;
    const rows = new Float32Array(images.count * classes);
    this.#infer(images, this.#program.inference.probabilities, (values, from, count) => {
      rows.set((values as Float32Array).subarray(0, count * classes), from * classes);
    });
    return rows;
  }

  activations(pixels: Uint8Array): NetworkActivations {
    const { shape } = this.#options.trainingImages;
    const { inspection, session } = this.#program;
    const [values] = session.run({ [inspection.pixels]: feeds.bytes([1, ...shape], pixels) }, [
      inspection.values,
    ]);
    let start = 0;
    const outputs = inspection.shapes.map((outputShape, index) => {
      const end = start + outputShape.reduce((product, size) => product * size, 1);
      const output = { name: this.#functions.layers[index]?.name ?? '', shape: outputShape };
      const part = (values as Float32Array).subarray(start, end);
      start = end;
      return { ...output, values: part };
    });
    return networkActivations(pixels, shape, outputs);
  }

  state(): Promise<TrainingState> {
    const { graph } = this.#program;
    return Promise.resolve({
      weights: this.#read(graph.weights),
      optimizer: this.#read(graph.slots),
      step: this.#step,
    });
  }

  restore(state: TrainingState): void {
    const { graph } = this.#program;
    this.#write([
      ...fitting(graph.weights.map(described), state.weights),
      ...fitting(graph.slots.map(described), state.optimizer),
    ]);
    this.#step = state.step;
  }

  network(): tf.LayersModel {
    const values = this.#read(this.#program.graph.weights);
    scoped(() => {
      this.#functions.model.weights.forEach((weight, index) => {
        const { values: numbers, shape } = values[index] as NamedTensor;
        weight.write(tf.tensor(numbers, [...shape]));
      });
    });
    return this.#functions.model;
  }

  dispose(): void {
    this.#program.session.dispose();
    this.#functions.dispose();
  }

  #compile(sizes: Iterable<number>): Program {
    const { trainingImages, training, classes } = this.#options;
    const graph = new StepGraph({
      backend: this.#backend,
      functions: this.#functions,
      optimizer: training.optimizer,
      images: trainingImages,
      classes,
    });
    const functions = {
      training: new Map([...sizes].map((size) => [size, graph.addTraining(size)])),
      inference: graph.addInference(inferenceBatch),
      inspection: graph.addInspection(),
    };
    const { stateWritten, dataWritten } = graph.finish();
    const session = new Session(this.#backend.binding, graph.graph.nodes);
    const { count, shape, pixels, labels, weights } = trainingImages;
    session.run(
      {
        [graph.images.value]: feeds.bytes([count, ...shape], pixels),
        [graph.labels.value]: feeds.integers(labels),
        ...(graph.sampleWeights !== null &&
          weights !== undefined && { [graph.sampleWeights.value]: feeds.floats([count], weights) }),
      },
      [dataWritten],
    );
    return { ...functions, graph, session, stateWritten };
  }

  /** A graph that also knows batches of this size, with the state of the present one. */
  #compileFor(size: number): TrainingFunction {
    const state = this.#read(this.#program.graph.state);
    const program = this.#compile([...this.#program.training.keys(), size]);
    this.#program.session.dispose();
    this.#program = program;
    this.#write(state);
    return program.training.get(size) as TrainingFunction;
  }

  /** Trains one batch and takes it back, so that what TensorFlow cannot run shows now, and not in the first epoch. */
  #rehearse(): void {
    const state = this.#read(this.#program.graph.state);
    const [size = 0] = this.#program.training.keys();
    this.train(
      Int32Array.from({ length: size }, (_, index) => index),
      0,
    );
    this.#step = 0;
    this.#write(state);
  }

  #infer(
    images: ImageSet,
    output: string,
    take: (values: ArrayLike<number>, from: number, count: number) => void,
  ): void {
    const { inference, session } = this.#program;
    for (let from = 0; from < images.count; from += inferenceBatch) {
      const batch = filledUp(sliceImages(images, from, Math.min(from + inferenceBatch, images.count)));
      const inputs: Record<string, Feed> = {
        [inference.pixels]: feeds.bytes([inferenceBatch, ...images.shape], batch.pixels),
        [inference.classes]: feeds.integers(batch.labels),
        [inference.share]: feeds.floats([inferenceBatch], batch.share),
      };
      const [values] = session.run(inputs, [output]);
      take(values as Float32Array, from, batch.count);
    }
  }

  #initialState(): readonly NamedTensor[] {
    const weights = this.#functions.model.weights.map((weight) => weight.read().dataSync<'float32'>());
    return this.#program.graph.state.map(({ name, initial, variable: { shape } }, index) => ({
      name,
      shape,
      values:
        initial === null
          ? (weights[index] as Float32Array)
          : new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(initial),
    }));
  }

  #read(variables: readonly StateVariable[]): readonly NamedTensor[] {
    if (variables.length === 0) return [];
    const values = this.#program.session.run(
      {},
      variables.map(({ variable }) => variable.read),
    );
    return variables.map((variable, index) => ({
      ...described(variable),
      values: values[index] as Float32Array,
    }));
  }

  /** `state` in the order of the graph's state variables. */
  #write(state: readonly NamedTensor[]): void {
    const { graph, session, stateWritten } = this.#program;
    const inputs = graph.state.map(({ variable }, index) => {
      const { shape, values } = state[index] as NamedTensor;
      return [variable.value, feeds.floats(shape, values)] as const;
    });
    session.run(Object.fromEntries(inputs), [stateWritten]);
  }
}

type TrainingFunction = ReturnType<StepGraph['addTraining']>;

interface Program {
  readonly graph: StepGraph;
  readonly session: Session;
  readonly training: ReadonlyMap<number, TrainingFunction>;
  readonly inference: ReturnType<StepGraph['addInference']>;
  readonly inspection: ReturnType<StepGraph['addInspection']>;
  readonly stateWritten: string;
}

/** Whole batches, and the last of an epoch. */
function usualSizes({ training, trainingImages }: StepOptions): ReadonlySet<number> {
  const whole = Math.min(training.batchSize, trainingImages.count);
  const last = trainingImages.count % whole;
  return new Set(last === 0 ? [whole] : [whole, last]);
}

function described({ name, variable: { shape } }: StateVariable) {
  return { name, shape };
}

/** The images as a batch of the fixed size; those that are missing are black and count nothing. */
function filledUp(images: ImageSet): ImageSet & { readonly share: Float32Array } {
  const share = new Float32Array(inferenceBatch).fill(1, 0, images.count);
  if (images.count === inferenceBatch) return { ...images, share };
  const pixels = new Uint8Array(inferenceBatch * imageSize(images.shape));
  pixels.set(images.pixels);
  const labels = new Int32Array(inferenceBatch);
  labels.set(images.labels);
  return { ...images, pixels, labels, share };
}
