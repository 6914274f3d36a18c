import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { Refusal } from '#shared/errors';
import type { GraphLayer, GraphNetwork, GraphTensor } from '../../opened-model';
import { WeightReader } from '../../weight-statistics';
import { classNamesBeside } from '../class-names';
import { checkJson } from '../json';
import type { FormatReader } from '../reader';
import { checkGraphLimits } from './graph-limits';
import { readManifest, type ManifestWeight } from './manifest';
import { modelKindOf, readModelJson, type ModelJson } from './model-json';
import { nodeAttributes, nodeWeights } from './node-facts';

const mostNodes = 50_000;
const node = z.looseObject({
  name: z.string().min(1).max(1024),
  op: z.string().min(1).max(200),
  input: z.array(z.string().max(1024)).max(4096).nullish(),
  attr: z.looseObject({}).nullish(),
});
const graph = z.looseObject({
  node: z.array(node).min(1).max(mostNodes),
  library: z.unknown().optional(),
});
type Node = z.infer<typeof node>;

/** Operations that hold or name values instead of computing them. */
const withoutMaps: readonly string[] = [
  'Const',
  'Placeholder',
  'NoOp',
  'Assert',
  'VariableV2',
  'VarHandleOp',
];

/** Operations whose results must be waited for: branches, and shapes that depend on values. */
const waiting =
  /^(Switch|Merge|(Stateless)?If|TensorArray.*|TensorList.*|NonMaxSuppression.*|Where|Unique.*|SparseFill.*|LookupTable.*|HashTable.*)$/;

/** Graph models of TensorFlow.js, converted from SavedModels. */
export const tfjsGraph: FormatReader = {
  name: 'TensorFlow.js graph model',

  async recognise(files) {
    return (await modelKindOf(files)) === 'graph';
  },

  async open(files) {
    const json = await readModelJson(files);
    const { node: nodes } = checkJson(graph, json.modelTopology, `${files.name}: modelTopology`);
    const weights = await readManifest(files, json.weightsManifest);
    checkGraphLimits(nodes, weights, files.name);
    const model = load(json, weights, files.name);
    const inputs = inputsOf(model, files.name);
    return {
      format: 'TensorFlow.js graph model',
      producer: json.convertedBy ?? 'TensorFlow.js Converter',
      version: json.generatedBy ?? null,
      parameters: parametersOf(weights),
      network: networkOf(model, inputs, nodes, files.name),
      preprocessing: null,
      classes: await classNamesBeside(files),
      notes: [],
      dispose: () => {
        model.dispose();
      },
    };
  },
};

function load(
  json: ModelJson,
  weights: readonly ManifestWeight[],
  owner: string,
): tf.GraphModel<tf.io.IOHandlerSync> {
  const weightData = new Uint8Array(weights.reduce((sum, { bytes }) => sum + bytes.length, 0));
  let offset = 0;
  for (const { bytes } of weights) {
    weightData.set(bytes, offset);
    offset += bytes.length;
  }
  // What is made before it fails is let go of with the scope.
  tf.engine().startScope('a graph of TensorFlow.js');
  try {
    const model = tf.loadGraphModelSync(
      tf.io.fromMemorySync({
        modelTopology: json.modelTopology,
        weightSpecs: weights.map(({ entry }) => entry) as unknown as tf.io.WeightsManifestEntry[],
        weightData: weightData.buffer,
        ...(json.signature ? { signature: json.signature } : {}),
        ...(json.userDefinedMetadata
          ? { userDefinedMetadata: json.userDefinedMetadata as Record<string, string> }
          : {}),
      }),
    );
    for (const tensor of Object.values(model.weights).flat()) tf.keep(tensor);
    return model;
  } catch (cause) {
    throw new Refusal(`${owner}: the graph cannot be read: ${faultIn(cause)}.`, { cause });
  } finally {
    tf.engine().endScope();
  }
}

/** Weights that were trained; the graph's constants of shapes and axes are whole numbers. */
function parametersOf(weights: readonly ManifestWeight[]): number {
  return weights
    .filter(({ entry }) => entry.dtype === 'float32')
    .reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
}

/** Lets go of the model where its inputs are refused. */
function inputsOf(model: tf.GraphModel<tf.io.IOHandlerSync>, owner: string): readonly GraphTensor[] {
  try {
    return model.inputs.map(({ name, shape }) => ({
      name,
      shape: sizesOf(shape, `${owner}: the input ${name}`),
    }));
  } catch (thrown) {
    model.dispose();
    throw thrown;
  }
}

function networkOf(
  model: tf.GraphModel<tf.io.IOHandlerSync>,
  inputs: readonly GraphTensor[],
  nodes: readonly Node[],
  owner: string,
): GraphNetwork {
  const outputs = model.outputs.map(({ name }) => name);
  const waits = nodes.some(({ op }) => waiting.test(op));
  return {
    kind: 'graph',
    inputs,
    outputs,
    layers: layersOf(nodes, model.weights),
    run: async (tensors, fetches) => {
      const named = Object.fromEntries(
        inputs.flatMap(({ name }, index) => {
          const tensor = tensors[index];
          return tensor === undefined ? [] : [[name, tensor]];
        }),
      );
      try {
        const given = waits
          ? await model.executeAsync(named, [...fetches])
          : model.execute(named, [...fetches]);
        return [given].flat();
      } catch (cause) {
        throw new Refusal(`${owner}: the graph does not run: ${faultIn(cause)}.`, { cause });
      }
    },
  };
}

function layersOf(nodes: readonly Node[], weights: tf.GraphModel['weights']): readonly GraphLayer[] {
  const ops = new Map(nodes.map(({ name, op }) => [name, op]));
  const reader = new WeightReader();
  return nodes
    .filter(({ op }) => !withoutMaps.includes(op))
    .map(({ name, op, input, attr }) => {
      const read = dataInputs(input ?? []);
      return {
        name,
        type: op,
        problem: null,
        shape: null,
        inputs: read.filter((from) => isComputed(ops.get(from))),
        attributes: nodeAttributes(attr ?? {}),
        weights: nodeWeights(read, weights, reader),
      };
    });
}

/** Nodes that are read, each once: `node` of `node:1`; what must only run before is left out. */
function dataInputs(inputs: readonly string[]): readonly string[] {
  const names = inputs.filter((name) => !name.startsWith('^')).map((name) => name.replace(/:\d+$/, ''));
  return [...new Set(names)];
}

/** Whether an operation is a layer, or an input of the network. */
function isComputed(op: string | undefined): boolean {
  return op !== undefined && (op === 'Placeholder' || !withoutMaps.includes(op));
}

/** Sizes of -1 are unknown. TensorFlow.js takes them as the file has them, unread. */
function sizesOf(shape: readonly number[] | undefined, what: string): readonly (number | null)[] {
  return (shape ?? []).map((size) => {
    if (!Number.isInteger(size)) throw new Refusal(`${what} has a size that is no whole number.`);
    return size < 0 ? null : size;
  });
}

function faultIn(thrown: unknown): string {
  // TensorFlow.js looks into what is not there.
  if (thrown instanceof TypeError) return 'a node or an attribute that it needs is missing or malformed';
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return (text.split('\n')[0] ?? '').slice(0, 300).replace(/\.+\s*$/, '');
}
