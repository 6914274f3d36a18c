import * as tf from '@tensorflow/tfjs';
import {
  ascentOptimizer,
  type Ascent,
  type AscentMove,
  type AscentPlan,
  type AscentTensors,
} from '../ascent';
import { DataType, type NativeBackend } from '../native';
import { updateRule } from '../optimizers';
import { GraphBuilder, type Output } from './graph';
import { importTrace } from './import-trace';
import { addFloat } from './nodes';
import type { TensorForm } from './rewrites';
import { feeds, Session, type Feed } from './session';
import { thinGradient } from './thin-gradient';
import { nativeId, trace, type TracedOperation } from './trace';
import { addUpdate } from './updates';
import { addBarrier, addVariable, readVariable, type GraphVariable } from './variables';

/** Networks of up to so many weights stand in the graph as constants, which oneDNN rearranges once and not every step. */
const mostConstantWeights = 2 ** 20;

const { float, int32 } = DataType;

/**
 * Computes a step of an ascent as one run of one TensorFlow graph, in which the values and Adam's moments stay. Indices
 * and two numbers go in, the objectives come out.
 */
export class CompiledAscent implements Ascent {
  readonly kind = 'compiled';
  readonly #plan: AscentPlan;
  readonly #session: Session;
  readonly #graph: AscentGraph;
  #step = 0;

  /** Throws `CannotCompile`, or TensorFlow's words, where no graph can do what the step does. */
  constructor(backend: NativeBackend, plan: AscentPlan) {
    this.#plan = plan;
    const { graph, builder, weights } = buildGraph(backend, plan);
    this.#graph = graph;
    this.#session = new Session(backend.binding, builder.nodes);
    if (weights.length > 0) {
      const inputs = weights.map(
        ({ variable, values }) => [variable.value, feeds.floats(variable.shape, values)] as const,
      );
      this.#session.run(Object.fromEntries(inputs), [graph.weightsWritten]);
    }
  }

  start(values: Float32Array, given: Float32Array): void {
    const { variables, written } = this.#graph;
    const { shape, givenShape } = this.#plan;
    const zeros = new Float32Array(values.length);
    const [first, constant, ...slots] = variables;
    const inputs: Record<string, Feed> = {
      [(first as GraphVariable).value]: feeds.floats(shape, values),
      [(constant as GraphVariable).value]: feeds.floats(givenShape, given),
    };
    for (const slot of slots) inputs[slot.value] = feeds.floats(shape, zeros);
    this.#session.run(inputs, [written]);
    this.#step = 0;
  }

  step({ rows, columns, reach, learningRate }: AscentMove): Float32Array {
    this.#step++;
    const graph = this.#graph;
    const [objectives] = this.#session.run(
      {
        [graph.rows]: feeds.integers(rows),
        [graph.columns]: feeds.integers(columns),
        [graph.reach]: feeds.float(reach),
        [graph.learningRate]: feeds.float(learningRate),
        [graph.step]: feeds.integer(this.#step),
      },
      [graph.objectives],
    );
    return objectives as Float32Array;
  }

  values(): Float32Array {
    const [values] = this.#session.run({}, [(this.#graph.variables[0] as GraphVariable).read]);
    return values as Float32Array;
  }

  dispose(): void {
    this.#session.dispose();
  }
}

interface AscentGraph {
  /** Values, what is given, then the optimizer's slots. */
  readonly variables: readonly GraphVariable[];
  readonly rows: Output;
  readonly columns: Output;
  readonly reach: Output;
  readonly learningRate: Output;
  readonly step: Output;
  readonly objectives: Output;
  readonly written: Output;
  readonly weightsWritten: Output;
}

interface WeightVariable {
  readonly variable: GraphVariable;
  readonly values: Float32Array;
}

function buildGraph(
  backend: NativeBackend,
  plan: AscentPlan,
): {
  readonly builder: GraphBuilder;
  readonly graph: AscentGraph;
  readonly weights: readonly WeightVariable[];
} {
  const builder = new GraphBuilder(backend.binding);
  const declare = (name: string, shape: readonly number[]): GraphVariable =>
    addVariable(builder, { name, dtype: float, shape, copied: true });
  const values = declare('values', plan.shape);
  const given = declare('given', plan.givenShape);
  const slots = updateRule(ascentOptimizer).slots.map(({ name }) => declare(name, plan.shape));
  const rows = builder.placeholder('rows', int32, [plan.rows]);
  const columns = builder.placeholder('columns', int32, [plan.columns]);
  const reach = builder.placeholder('reach', float, []);
  const learningRate = builder.placeholder('learning_rate', float, []);
  const step = builder.placeholder('step', int32, []);
  const read = readVariable(builder, 'ascent/values', values);

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
    stand(inputs.values, float, read);
    stand(inputs.given, float, readVariable(builder, 'ascent/given', given));
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
      after: [read],
    });
    const variables = [values, given, ...slots];
    const graph: AscentGraph = {
      variables,
      rows,
      columns,
      reach,
      learningRate,
      step,
      objectives: builder.add(
        'ascent/objectives',
        'Identity',
        { from: [imported(nativeId(backend, result.objectives))], after: [update] },
        { T: { type: float } },
      ),
      written: addBarrier(
        builder,
        'written',
        variables.map(({ write }) => write),
      ),
      weightsWritten: addBarrier(
        builder,
        'weights/written',
        weights.map(({ variable }) => variable.write),
      ),
    };
    return { builder, graph, weights };
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

function addWeights(
  backend: NativeBackend,
  builder: GraphBuilder,
  weights: readonly tf.Tensor[],
  stand: (tensor: tf.Tensor, dtype: number, output: Output) => void,
): readonly WeightVariable[] {
  const asConstants = weights.reduce((sum, { size }) => sum + size, 0) <= mostConstantWeights;
  return weights.flatMap((weight, index) => {
    const values = backend.binding.tensorDataSync(nativeId(backend, weight)) as Float32Array;
    if (asConstants) {
      stand(weight, float, builder.constant(float, weight.shape, values));
      return [];
    }
    const variable = addVariable(builder, {
      name: `weight${index}`,
      dtype: float,
      shape: weight.shape,
      copied: false,
    });
    stand(weight, float, readVariable(builder, `ascent/weight${index}`, variable));
    return [{ variable, values }];
  });
}
