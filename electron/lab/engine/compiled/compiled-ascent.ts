import * as tf from '@tensorflow/tfjs';
import {
  ascentOptimizer,
  type Ascent,
  type AscentMove,
  type AscentPlan,
  type AscentTensors,
} from '../ascent';
import { DataType, type NativeBackend, type NativeBinding } from '../native';
import { updateRule } from '../optimizers';
import { GraphBuilder, type Output } from './graph';
import { importTrace } from './import-trace';
import { addFloat } from './nodes';
import type { TensorForm } from './rewrites';
import { feeds, Session } from './session';
import { thinGradient } from './thin-gradient';
import { nativeId, trace, type TracedOperation } from './trace';
import { addUpdate } from './updates';
import { addVariable, readVariable } from './variables';

/** Networks of up to so many weights stand in the graph as constants, which oneDNN rearranges once and not every step. */
const mostConstantWeights = 2 ** 20;

const { float, int32 } = DataType;

/**
 * Computes a step of an ascent as one run of one TensorFlow graph. The values and Adam's moments go in and come out as
 * tensors that stay in TensorFlow, so that every run, the first as well, asks for the same outputs: TensorFlow would
 * prepare the graph anew for others.
 */
export class CompiledAscent implements Ascent {
  readonly kind = 'compiled';
  readonly #binding: NativeBinding;
  readonly #plan: AscentPlan;
  readonly #session: Session;
  readonly #graph: AscentGraph;
  /** Ids of the values and the moments, which every step replaces. */
  #state: readonly number[] = [];
  #given: readonly number[] = [];
  #step = 0;

  /** Throws `CannotCompile`, or TensorFlow's words, where no graph can do what the step does. */
  constructor(backend: NativeBackend, plan: AscentPlan) {
    this.#binding = backend.binding;
    this.#plan = plan;
    const builder = new GraphBuilder(backend.binding);
    this.#graph = buildGraph(backend, builder, plan);
    this.#session = new Session(backend.binding, builder.nodes);
  }

  start(values: Float32Array, given: Float32Array): void {
    this.#release();
    const { shape, givenShape } = this.#plan;
    const kept = (of: readonly number[], data: Float32Array): number =>
      this.#binding.createTensor(of, float, data.slice());
    const moments = this.#graph.state.slice(1).map(() => new Float32Array(values.length));
    this.#state = [values, ...moments].map((data) => kept(shape, data));
    this.#given = [kept(givenShape, given)];
    this.#step = 0;
  }

  step({ rows, columns, reach, learningRate }: AscentMove): Float32Array {
    this.#step++;
    const graph = this.#graph;
    const [objectives, ...state] = this.#session.runBeside(
      {
        [graph.rows]: feeds.integers(rows),
        [graph.columns]: feeds.integers(columns),
        [graph.reach]: feeds.float(reach),
        [graph.learningRate]: feeds.float(learningRate),
        [graph.step]: feeds.integer(this.#step),
      },
      [
        ...graph.state.map(({ before }, index) => [before, this.#state[index] as number] as const),
        ...this.#given.map((id) => [graph.given, id] as const),
        ...graph.weights,
      ],
      [graph.objectives, ...graph.state.map(({ after }) => after)],
    );
    this.#delete(this.#state);
    this.#state = state.map(({ id }) => id);
    const { id } = objectives as { readonly id: number };
    const found = this.#binding.tensorDataSync(id) as Float32Array;
    this.#binding.deleteTensor(id);
    return found;
  }

  values(): Float32Array {
    return this.#binding.tensorDataSync(this.#state[0] as number) as Float32Array;
  }

  dispose(): void {
    this.#release();
    this.#session.dispose();
  }

  #release(): void {
    this.#delete(this.#state);
    this.#delete(this.#given);
    this.#state = [];
    this.#given = [];
  }

  #delete(ids: readonly number[]): void {
    for (const id of ids) this.#binding.deleteTensor(id);
  }
}

/** A placeholder, and what it is to be fed in the next step. */
interface Stage {
  readonly before: Output;
  readonly after: Output;
}

interface AscentGraph {
  /** The values, then the optimizer's slots. */
  readonly state: readonly Stage[];
  readonly given: Output;
  readonly rows: Output;
  readonly columns: Output;
  readonly reach: Output;
  readonly learningRate: Output;
  readonly step: Output;
  readonly objectives: Output;
  /** Placeholders of weights that are not constants, with the ids of the network's own tensors. */
  readonly weights: readonly (readonly [Output, number])[];
}

function buildGraph(backend: NativeBackend, builder: GraphBuilder, plan: AscentPlan): AscentGraph {
  // The update wants variables. They are written from what is fed, whole, in every run.
  const names = ['values', ...updateRule(ascentOptimizer).slots.map(({ name }) => name)];
  const variables = names.map((name) =>
    addVariable(builder, { name, dtype: float, shape: plan.shape, copied: true }),
  );
  const [values, ...slots] = variables as [(typeof variables)[number], ...typeof variables];
  const given = builder.placeholder('given', float, plan.givenShape);
  const rows = builder.placeholder('rows', int32, [plan.rows]);
  const columns = builder.placeholder('columns', int32, [plan.columns]);
  const reach = builder.placeholder('reach', float, []);
  const learningRate = builder.placeholder('learning_rate', float, []);
  const step = builder.placeholder('step', int32, []);

  return plan.within(() => {
    const inputs: AscentTensors = {
      values: tf.zeros([...plan.shape]),
      given: tf.zeros([...plan.givenShape]),
      rows: tf.zeros<tf.Rank.R1>([plan.rows], 'int32'),
      columns: tf.zeros<tf.Rank.R1>([plan.columns], 'int32'),
      reach: tf.scalar(1),
    };
    const known = new Map<number, TensorForm & { readonly output: Output }>();
    const stand = (tensor: tf.Tensor, dtype: number, output: Output) =>
      known.set(nativeId(backend, tensor), { output, shape: tensor.shape, dtype });
    stand(inputs.values, float, values.value);
    stand(inputs.given, float, given);
    stand(inputs.rows, int32, rows);
    stand(inputs.columns, int32, columns);
    stand(inputs.reach, float, reach);
    // A weight that is still in JavaScript would be taken for a constant of the trace.
    for (const weight of plan.weights) nativeId(backend, weight);
    const { result, operations, constants } = trace(backend, () => plan.step(inputs));
    const weights = addWeights(backend, builder, usedIn(backend, operations, plan.weights), stand);
    const imported = importTrace(
      builder,
      backend.binding,
      'ascent',
      { operations, constants },
      known,
      (operation, facts, outputOf) => thinGradient(builder, 'ascent', operation, facts, outputOf),
    );
    const { update } = addUpdate(builder, ascentOptimizer, {
      name: 'ascent',
      shape: plan.shape,
      variable: values.handle,
      slots: slots.map(({ handle }) => handle),
      gradient: imported(nativeId(backend, result.gradient)),
      learningRate,
      step: addFloat(builder, 'ascent/step', step),
      after: variables.map(({ write }) => write),
    });
    const state = variables.map((variable): Stage => ({
      before: variable.value,
      after: readVariable(builder, 'ascent/after', variable, [update]),
    }));
    const objectives = imported(nativeId(backend, result.objectives));
    return { state, given, rows, columns, reach, learningRate, step, objectives, weights };
  });
}

function usedIn(
  backend: NativeBackend,
  operations: readonly TracedOperation[],
  weights: readonly tf.Tensor[],
): readonly tf.Tensor[] {
  const read = new Set(operations.flatMap(({ inputs }) => inputs));
  return weights.filter((weight) => read.has(nativeId(backend, weight)));
}

/** Weights as constants; those of a large network as placeholders that are fed its own tensors. */
function addWeights(
  backend: NativeBackend,
  builder: GraphBuilder,
  weights: readonly tf.Tensor[],
  stand: (tensor: tf.Tensor, dtype: number, output: Output) => void,
): AscentGraph['weights'] {
  const asConstants = weights.reduce((sum, { size }) => sum + size, 0) <= mostConstantWeights;
  return weights.flatMap((weight, index) => {
    const id = nativeId(backend, weight);
    if (asConstants) {
      const values = backend.binding.tensorDataSync(id) as Float32Array;
      stand(weight, float, builder.constant(float, weight.shape, values));
      return [];
    }
    const placeholder = builder.placeholder(`weight${index}`, float, weight.shape);
    stand(weight, float, placeholder);
    return [[placeholder, id] as const];
  });
}
