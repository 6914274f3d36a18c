import type * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import type { Preprocessing } from '../opened-model';
import { operationOf } from './layer-operation';
import type {
  CallReference,
  Penalty,
  SavedCall,
  SavedLayer,
  SavedNetwork,
  SavedWeight,
} from './saved-network';

/** A model to be saved, with what is known about its input and its classes. */
export interface SavableModel {
  readonly model: tf.LayersModel;
  readonly classes: readonly string[] | null;
  readonly preprocessing: Preprocessing | null;
}

/**
 * Describes a model with copies of its weights, so that it may go on training or be released while it is written.
 * Throws a `Refusal` that names a layer of a kind that is not known.
 */
export async function describeNetwork({
  model,
  classes,
  preprocessing,
}: SavableModel): Promise<SavedNetwork> {
  const calls = callsOf(model);
  const taken = new Set<string>();
  const layers = new Map<tf.layers.Layer, SavedLayer>();
  const reference = ({ sourceLayer, nodeIndex }: Made): CallReference => {
    const layer = layers.get(sourceLayer) as SavedLayer;
    const nodes = calls.filter((call) => call.sourceLayer === sourceLayer).map((call) => call.nodeIndex);
    return { layer, call: nodes.sort((one, other) => one - other).indexOf(nodeIndex) };
  };
  const used = model.layers.filter((layer) => calls.some(({ sourceLayer }) => sourceLayer === layer));
  const made = new Map<SavedLayer, readonly Made[]>();
  for (const layer of used) {
    const saved = { ...(await describeLayer(layer, taken)), calls: [] as SavedCall[] };
    layers.set(layer, saved);
    made.set(
      saved,
      calls
        .filter(({ sourceLayer }) => sourceLayer === layer)
        .sort((one, other) => one.nodeIndex - other.nodeIndex),
    );
  }
  // Only now every layer has what others refer to.
  for (const [layer, ofLayer] of made) {
    (layer.calls as SavedCall[]).push(
      ...ofLayer.map((call) => ({ inputs: call.inputs.map(reference), shape: call.shape })),
    );
  }
  return {
    name: model.name,
    layers: [...layers.values()],
    order: calls.map(reference),
    inputs: model.inputs.map((tensor) => reference(madeBy(tensor))),
    outputs: model.outputs.map((tensor) => reference(madeBy(tensor))),
    classes,
    preprocessing,
  };
}

/** One call of a layer, as TensorFlow.js counts it: calls that are no part of this model count too. */
interface Made {
  readonly sourceLayer: tf.layers.Layer;
  readonly nodeIndex: number;
  readonly inputs: readonly Made[];
  readonly shape: readonly (number | null)[];
}

function madeBy(tensor: tf.SymbolicTensor): Made {
  const { sourceLayer, nodeIndex, shape } = tensor;
  const node = sourceLayer.inboundNodes[nodeIndex];
  if (node === undefined || node.outputTensors.length !== 1) {
    throw new Refusal(`The layer ${sourceLayer.name} makes several tensors at once, which cannot be saved.`);
  }
  return { sourceLayer, nodeIndex, inputs: node.inputTensors.map(unread), shape };
}

/** As far as a reference needs it. */
function unread({ sourceLayer, nodeIndex, shape }: tf.SymbolicTensor): Made {
  return { sourceLayer, nodeIndex, inputs: [], shape };
}

/** Every call that the outputs come from, none before its inputs. */
function callsOf(model: tf.LayersModel): readonly Made[] {
  const calls: Made[] = [];
  const seen = new Set<string>();
  const visit = (tensor: tf.SymbolicTensor): void => {
    const key = `${String(tensor.nodeIndex)}:${tensor.sourceLayer.name}`;
    if (seen.has(key)) return;
    seen.add(key);
    const made = madeBy(tensor);
    for (const input of tensor.sourceLayer.inboundNodes[tensor.nodeIndex]?.inputTensors ?? []) visit(input);
    calls.push(made);
  };
  for (const tensor of [...model.inputs, ...model.outputs]) visit(tensor);
  return calls;
}

async function describeLayer(layer: tf.layers.Layer, taken: Set<string>): Promise<Omit<SavedLayer, 'calls'>> {
  const operation = await operationOf(layer);
  return {
    name: uniqueName(layer.name, taken),
    operation,
    // Statistics that normalization holds as weights stand in its operation.
    weights: operation.kind === 'normalization' ? [] : await Promise.all(layer.weights.map(weightOf)),
    trainable: layer.trainable,
    regularizers: penaltiesOf(layer.getConfig()),
  };
}

async function weightOf(variable: tf.layers.Layer['weights'][number]): Promise<SavedWeight> {
  const name = variable.originalName.slice(variable.originalName.lastIndexOf('/') + 1);
  const tensor = variable.read();
  return { name, shape: tensor.shape, values: Float32Array.from(await tensor.data()) };
}

/** Layers of opened models are called as their file called them, or have a part's name after a slash. */
function uniqueName(wanted: string, taken: Set<string>): string {
  const allowed = wanted.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^[^A-Za-z0-9]+/, '') || 'layer';
  let name = allowed;
  for (let copy = 1; taken.has(name); copy++) name = `${allowed}_${String(copy)}`;
  taken.add(name);
  return name;
}

/** `kernelRegularizer: { className: 'L1L2', config: { l1, l2 } }` and its kin, by Keras's names. */
function penaltiesOf(config: Readonly<Record<string, unknown>>): Readonly<Record<string, Penalty>> {
  const found = Object.entries(config).flatMap(([field, value]) => {
    const penalty = field.endsWith('Regularizer') ? penaltyIn(value) : null;
    return penalty === null ? [] : [[snakeCase(field), penalty] as const];
  });
  return Object.fromEntries(found);
}

function penaltyIn(value: unknown): Penalty | null {
  if (typeof value !== 'object' || value === null || !('config' in value)) return null;
  const { l1 = 0, l2 = 0 } = value.config as { readonly l1?: number | null; readonly l2?: number | null };
  return { l1: l1 ?? 0, l2: l2 ?? 0 };
}

function snakeCase(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
