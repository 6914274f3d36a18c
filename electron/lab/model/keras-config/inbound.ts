import type { KerasCall, TensorReference } from './keras-model';

/** Thrown text is completed by who knows the layer's name. */
export class MalformedCall extends Error {}

const deepest = 8;

/**
 * The uses of a layer, in the three writings of Keras: `[[['conv', 0, 0]]]` (1), `[[['conv', 0, 0, {}]]]` (2; one
 * bracket less where a layer takes a single tensor with arguments), and `[{ args: [tensor], kwargs: {} }]` (3).
 */
export function readCalls(inboundNodes: unknown): readonly KerasCall[] {
  if (inboundNodes === undefined || inboundNodes === null) return [];
  if (!Array.isArray(inboundNodes)) throw new MalformedCall('its inbound nodes are no list');
  if (isReference(inboundNodes)) return [{ inputs: [asReference(inboundNodes)] }];
  return inboundNodes.map((node: unknown) => ({ inputs: readCall(node) }));
}

/** `input_layers` and `output_layers`: one reference, or a list or a dictionary of them. */
export function readReferences(value: unknown): readonly TensorReference[] {
  return gathered(value, 0);
}

function readCall(node: unknown): readonly TensorReference[] {
  const inputs = gathered(node, 0);
  if (inputs.length === 0) throw new MalformedCall('it is called without a tensor');
  return inputs;
}

/** Every reference in a structure, in order; other arguments are left out. */
function gathered(value: unknown, depth: number): readonly TensorReference[] {
  if (depth > deepest) throw new MalformedCall('its inbound nodes are nested too deeply');
  if (isReference(value)) return [asReference(value)];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => gathered(item, depth + 1));
  if (typeof value !== 'object' || value === null) return [];
  const history = kerasHistory(value);
  if (history !== null) return [history];
  return Object.values(value).flatMap((item: unknown) => gathered(item, depth + 1));
}

type WrittenReference = readonly [layer: string, node: number, tensor: number];

function isReference(value: unknown): value is WrittenReference {
  return (
    Array.isArray(value) &&
    typeof value[0] === 'string' &&
    isIndex(value[1]) &&
    isIndex(value[2]) &&
    value.length <= 4
  );
}

function isIndex(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function asReference([layer, node, tensor]: WrittenReference): TensorReference {
  return { layer, node, tensor };
}

/** Keras 3's `{ class_name: '__keras_tensor__', config: { keras_history: ['conv', 0, 0] } }`. */
function kerasHistory(value: object): TensorReference | null {
  if (!('config' in value) || typeof value.config !== 'object' || value.config === null) return null;
  if (!('keras_history' in value.config)) return null;
  const history = value.config.keras_history;
  if (!isReference(history)) throw new MalformedCall('the history of one of its tensors is malformed');
  return asReference(history);
}
