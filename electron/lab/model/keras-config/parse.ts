import { z } from 'zod';
import { Refusal } from '#shared/errors';
import { MalformedCall, readCalls, readReferences } from './inbound';
import type { KerasCall, KerasLayer, KerasModel, TensorReference } from './keras-model';
import { modernise } from './modernise';

const mostLayers = 4096;
const deepestModel = 12;
const modelClasses: readonly string[] = ['Sequential', 'Functional', 'Model'];

const name = z.string().min(1).max(512);
const settings = z.record(z.string(), z.unknown());
const writtenLayer = z.looseObject({
  class_name: name,
  name: name.optional(),
  /** Where Keras 3 finds the class: `keras.layers`, or `keras.src.ops.numpy` of an operation on tensors. */
  module: z.string().nullish(),
  /** `package>class` of a class that is not Keras's own. */
  registered_name: z.string().nullish(),
  config: z.unknown(),
  inbound_nodes: z.unknown().optional(),
});
type WrittenLayer = z.infer<typeof writtenLayer>;

const writtenGraph = z.looseObject({
  name: name.optional(),
  layers: z.array(writtenLayer).max(mostLayers),
  input_layers: z.unknown().optional(),
  output_layers: z.unknown().optional(),
});
/** Before tf.keras a Sequential's configuration was the bare list of its layers. */
const writtenSequence = z.union([
  z.array(writtenLayer).max(mostLayers),
  z.looseObject({ name: name.optional(), layers: z.array(writtenLayer).max(mostLayers) }),
]);

/** Whether something looks like a Keras model's description, so that files can be told apart. */
export function isKerasModel(value: unknown): boolean {
  const parsed = z.looseObject({ class_name: z.string(), config: z.unknown() }).safeParse(value);
  return parsed.success && modelClasses.includes(parsed.data.class_name);
}

/**
 * Reads the description of a model by Keras 1, 2, 3 or TensorFlow.js.
 * @param owner names the file in messages
 */
export function parseKerasModel(value: unknown, owner: string): KerasModel {
  return parseModel(value, owner, 0);
}

function parseModel(value: unknown, owner: string, depth: number): KerasModel {
  if (depth > deepestModel) throw new Refusal(`${owner}: models are nested more than ${deepestModel} deep.`);
  const written = checked(writtenLayer, value, owner, 'the model');
  // A class of a person's own is none the worse where its layers are described like those of any other.
  if (!isModelDescription(written)) {
    throw new Refusal(
      `${owner}: the model is of the class ${written.class_name}, which is made in Python code that the file does ` +
        `not hold; only Sequential and functional models can be rebuilt.`,
    );
  }
  return written.class_name === 'Sequential' && !isGraph(written.config)
    ? parseSequence(written, owner, depth)
    : parseGraph(written, owner, depth);
}

function isModelDescription({ class_name: className, config }: WrittenLayer): boolean {
  return modelClasses.includes(className) || isGraph(config);
}

function isGraph(config: unknown): boolean {
  return (
    typeof config === 'object' && config !== null && 'input_layers' in config && 'output_layers' in config
  );
}

function parseGraph(written: WrittenLayer, owner: string, depth: number): KerasModel {
  const graph = checked(writtenGraph, written.config, owner, `the model ${written.name ?? ''}`.trim());
  const layers = graph.layers.map((layer) => {
    const parsed = parseLayer(layer, owner, depth);
    return { ...parsed, calls: callsOf(layer, parsed, owner) };
  });
  requireUniqueNames(layers, owner);
  return {
    className: written.class_name,
    name: graph.name ?? written.name ?? 'model',
    sequential: false,
    layers,
    inputs: references(graph.input_layers, owner, 'input layers'),
    outputs: references(graph.output_layers, owner, 'output layers'),
  };
}

/** A chain is written as a graph would be, so that there is one way to build. */
function parseSequence(written: WrittenLayer, owner: string, depth: number): KerasModel {
  const sequence = checked(writtenSequence, written.config, owner, 'the Sequential model');
  const described = Array.isArray(sequence) ? { layers: sequence } : sequence;
  const parsed = described.layers.map((layer) => parseLayer(layer, owner, depth));
  if (parsed.length === 0) throw new Refusal(`${owner}: the Sequential model has no layers.`);
  const withInput =
    parsed[0]?.className === 'InputLayer' ? parsed : [inputOf(parsed[0] as KerasLayer, described), ...parsed];
  requireUniqueNames(withInput, owner);
  const chained = withInput.map((layer, index) => {
    const before = withInput[index - 1];
    const calls: readonly KerasCall[] = before === undefined ? [] : [{ inputs: [firstOf(before)] }];
    return { ...layer, calls };
  });
  return {
    className: written.class_name,
    name:
      'name' in described && described.name !== undefined ? described.name : (written.name ?? 'sequential'),
    sequential: true,
    layers: chained,
    inputs: [firstOf(chained[0] as KerasLayer)],
    outputs: [firstOf(chained.at(-1) as KerasLayer)],
  };
}

/** The input that a Sequential model without an input layer of its own has. */
function inputOf(first: KerasLayer, sequence: object): KerasLayer {
  const built: unknown = 'build_input_shape' in sequence ? sequence.build_input_shape : undefined;
  const shape = inputShapeOf(first) ?? built;
  return {
    className: 'InputLayer',
    writtenAs: 'InputLayer',
    name: `${first.name}_input`,
    config: { batch_input_shape: shape },
    nested: null,
    calls: [],
  };
}

function inputShapeOf(layer: KerasLayer): unknown {
  const { batch_input_shape: batch, input_shape: single, input_dim: size } = layer.config;
  if (batch !== undefined) return batch;
  if (Array.isArray(single)) return [null, ...(single as readonly unknown[])];
  if (typeof size === 'number' && layer.className === 'Dense') return [null, size];
  const inner = layer.nested?.layers[0];
  return inner === undefined ? undefined : inputShapeOf(inner);
}

function firstOf(layer: KerasLayer): TensorReference {
  return { layer: layer.name, node: 0, tensor: 0 };
}

function parseLayer(written: WrittenLayer, owner: string, depth: number): KerasLayer {
  if (isModelDescription(written)) {
    const nested = parseModel(written, owner, depth + 1);
    const called = written.name ?? nested.name;
    return {
      className: written.class_name,
      writtenAs: written.class_name,
      name: called,
      config: {},
      nested,
      calls: [],
    };
  }
  const config = settings.safeParse(written.config).data ?? {};
  const called = written.name ?? (typeof config['name'] === 'string' ? config['name'] : null);
  if (called === null) throw new Refusal(`${owner}: a layer of the class ${written.class_name} has no name.`);
  const modern = modernise(ownClass(written), config);
  return { ...modern, writtenAs: written.class_name, name: called, nested: null, calls: [] };
}

/** The class, under a name that no layer of Keras has where it is not one of them though it may be called so. */
function ownClass({ class_name: className, module, registered_name: registered }: WrittenLayer): string {
  if (registered?.includes('>') === true) return registered;
  return module?.includes('.ops.') === true ? `${module}.${className}` : className;
}

function callsOf(written: WrittenLayer, { name: called }: KerasLayer, owner: string): readonly KerasCall[] {
  try {
    return readCalls(written.inbound_nodes);
  } catch (cause) {
    if (!(cause instanceof MalformedCall)) throw cause;
    throw new Refusal(`${owner}: the layer ${called} cannot be placed, as ${cause.message}.`, { cause });
  }
}

function references(value: unknown, owner: string, what: string): readonly TensorReference[] {
  let found: readonly TensorReference[] = [];
  try {
    found = readReferences(value);
  } catch (cause) {
    if (!(cause instanceof MalformedCall)) throw cause;
  }
  if (found.length === 0) throw new Refusal(`${owner}: the model's ${what} are missing or malformed.`);
  return found;
}

function requireUniqueNames(layers: readonly KerasLayer[], owner: string): void {
  const seen = new Set<string>();
  for (const { name: called } of layers) {
    if (seen.has(called)) throw new Refusal(`${owner}: two layers are called ${called}.`);
    seen.add(called);
  }
}

function checked<T>(schema: z.ZodType<T>, value: unknown, owner: string, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  throw new Refusal(`${owner}: ${what} is described wrongly${place}: ${issue?.message ?? 'unreadable'}.`);
}
