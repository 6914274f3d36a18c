import type { Checkpoint } from './checkpoint';
import {
  readAttribute,
  type CheckpointObject,
  type GraphMessage,
  type ObjectGraph,
  type ObjectReference,
} from './messages';
import { packedIntegers } from '../protobuf';

/** The key in the checkpoint of a variable's value, by the name of the variable's node in the graph. */
export type VariableKeys = (node: string, sharedName: string) => string | null;

/**
 * Finds out which saved tensor belongs to which variable of a graph, as TensorFlow itself does: by what the functions
 * that are called were bound to, else by what the graph would restore, else by name.
 */
export function variableKeys(
  graph: GraphMessage,
  objects: ObjectGraph | null,
  checkpoint: Checkpoint,
  place: string,
): VariableKeys {
  const saved = checkpoint.objects();
  const bound = objects === null ? new Map<string, string>() : boundKeys(graph, objects, saved, place);
  const restored = restoredKeys(graph, place);
  const named = keysByName(saved);
  return (node, sharedName) => {
    const candidates = [bound.get(node), restored.get(node), named.get(sharedName), sharedName, node];
    return candidates.find((key) => key !== undefined && checkpoint.has(key)) ?? null;
  };
}

export function keyOf(object: CheckpointObject | undefined): string | undefined {
  return object?.attributes.find(({ name }) => name === 'VARIABLE_VALUE')?.checkpoint_key;
}

function keysByName(saved: readonly CheckpointObject[]): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  for (const object of saved) {
    const [key, name] = [keyOf(object), object.attributes[0]?.full_name];
    if (key !== undefined && name !== undefined && !keys.has(name)) keys.set(name, key);
  }
  return keys;
}

/** A function's last arguments are the objects that it was bound to. */
function boundKeys(
  graph: GraphMessage,
  objects: ObjectGraph,
  saved: readonly CheckpointObject[],
  place: string,
): ReadonlyMap<string, string> {
  const savedAs = pairObjects(objects, saved);
  const keys = new Map<string, string>();
  for (const node of graph.node) {
    const called = node.attr['f'] && readAttribute(node.attr['f'], place).func?.name;
    const binding = called === undefined ? undefined : objects.concrete_functions[called];
    if (binding === undefined) continue;
    const objectIds = binding.bound_inputs.flatMap(packedIntegers);
    const inputs = node.input.filter((name) => !name.startsWith('^'));
    inputs.slice(inputs.length - objectIds.length).forEach((input, index) => {
      const key = keyOf(saved[savedAs.get(objectIds[index] as number) ?? -1]);
      if (key !== undefined) keys.set(input.replace(/:0$/, ''), key);
    });
  }
  return keys;
}

/** The same objects in the SavedModel and in the checkpoint: both are reached from the root by the same names. */
export function pairObjects(
  { nodes }: { readonly nodes: readonly { readonly children: readonly ObjectReference[] }[] },
  saved: readonly CheckpointObject[],
): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>([[0, 0]]);
  // A map goes on with what is added to it while it is gone through.
  for (const [here, there] of pairs) {
    const names = new Map(saved[there]?.children.map(({ local_name, node_id }) => [local_name, node_id]));
    for (const { local_name, node_id } of nodes[here]?.children ?? []) {
      const match = names.get(local_name);
      if (match !== undefined && !pairs.has(node_id)) pairs.set(node_id, match);
    }
  }
  return pairs;
}

/** Graphs of TensorFlow 1 assign to every variable what RestoreV2 reads under a name that is a constant. */
function restoredKeys(graph: GraphMessage, place: string): ReadonlyMap<string, string> {
  const nodes = new Map(graph.node.map((node) => [node.name, node]));
  const names = new Map<string, readonly string[]>();
  const keys = new Map<string, string>();
  for (const { op, input } of graph.node) {
    if (op !== 'Assign' && op !== 'AssignVariableOp') continue;
    const [variable = '', value = ''] = input;
    // AssignVariableOp gets it through an Identity.
    const given = nodes.get(value);
    const [source = '', index = '0'] = (given?.op === 'Identity' ? (given.input[0] ?? '') : value).split(':');
    const restore = nodes.get(source);
    if (restore?.op !== 'RestoreV2') continue;
    const listed = names.get(source) ?? stringsOf(nodes.get(restore.input[1] ?? '')?.attr['value'], place);
    names.set(source, listed);
    const key = listed[Number(index)];
    if (key !== undefined) keys.set(variable, key);
  }
  return keys;
}

function stringsOf(value: Uint8Array | undefined, place: string): readonly string[] {
  const tensor = value && readAttribute(value, place).tensor;
  return (tensor?.string_val ?? []).map((bytes) => Buffer.from(bytes).toString('utf8'));
}
