import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { BuiltWeight } from '../opened-model';
import type { BuildOptions } from './build';
import { fieldsOf } from './fields';
import type { KerasLayer } from './keras-model';
import { MalformedLayer, UnsupportedLayer } from './layer-faults';
import type { MadeLayer } from './made-layer';
import { makerOf, whyUnsupported } from './makers';
import { Turner, type Placed } from './placed';
import { beginWithStoredWeights } from './stored-weights';
import type { LayerPath } from './weight-source';

/** Values that one layer may give for one image: 256 MB of them. */
const largestOutput = 64 * 1024 * 1024;

interface Instance extends MadeLayer {
  /** How the layer was first called; a shared layer is always called so. */
  readonly turned: boolean;
}

/** Makes each layer of a file once, and applies it. */
export class LayerMaker {
  readonly options: BuildOptions;
  readonly #names = new Set<string>();
  readonly #turner = new Turner((wanted) => this.#uniqueName(wanted));
  readonly #instances = new Map<KerasLayer, Instance>();
  readonly #consumed = new Set<tf.SymbolicTensor>();
  readonly #given: tf.SymbolicTensor[] = [];

  constructor(options: BuildOptions) {
    this.options = options;
  }

  /** An input of the model. `turned` where the first layers take their channels first. */
  input(layer: KerasLayer, turned: boolean): Placed {
    const size = z.number().int().min(1).max(1_000_000).nullable();
    const { batch_input_shape: shape, dtype } = fieldsOf(layer, {
      batch_input_shape: z.array(size).min(1).max(6, 'more dimensions than are read'),
      dtype: z.unknown().optional(),
    });
    const sizes = shape.slice(1);
    const turns = turned && sizes.length >= 2;
    const tensor = tf.input({
      name: this.#uniqueName(layer.name),
      shape: turns ? [...sizes.slice(1), sizes[0] ?? null] : sizes,
      dtype: typeof dtype === 'string' && dtype.startsWith('int') ? 'int32' : 'float32',
    });
    requireReasonableSize(tensor);
    return { kind: 'placed', tensor, turned: turns };
  }

  /** Throws an `UnsupportedLayer`, a `MalformedLayer`, or an error of TensorFlow.js. */
  apply(layer: KerasLayer, path: LayerPath, inputs: readonly Placed[]): Placed {
    const instance = this.#instances.get(layer) ?? this.#make(layer, path, inputs);
    const { takes, gives } = instance.layout;
    const wanted = takes === 'any' ? instance.turned : takes === 'turned';
    const tensors = inputs.map((input) => this.#turner.arrange(input, wanted).tensor);
    const tensor = chained(instance, tensors);
    requireReasonableSize(tensor);
    for (const input of [...tensors, ...inputs.map((placed) => placed.tensor)]) this.#consumed.add(input);
    this.#given.push(tensor);
    return { kind: 'placed', tensor, turned: gives === 'as taken' ? wanted : gives === 'turned' };
  }

  /** What was computed and nothing goes on from. */
  ends(): readonly tf.SymbolicTensor[] {
    return this.#given.filter((tensor) => !this.#consumed.has(tensor));
  }

  /** Weights of a layer that was made; 0 of one that was not. */
  parameters(layer: KerasLayer): number {
    return this.#instances.get(layer)?.layer.countParams() ?? 0;
  }

  /** Those of a layer that was made, in Keras's order. */
  weights(layer: KerasLayer): readonly BuiltWeight[] {
    return (this.#instances.get(layer)?.layer.weights ?? []).map((weight) => ({
      name: weight.originalName.split('/').at(-1) ?? weight.originalName,
      shape: weight.shape.map((size) => size ?? 0),
      read: () => weight.read().dataSync<'float32'>(),
    }));
  }

  /** Releases the weights of all layers made. */
  dispose(): void {
    for (const { layer } of this.#instances.values()) {
      for (const weight of layer.weights) weight.dispose();
    }
  }

  #make(layer: KerasLayer, path: LayerPath, inputs: readonly Placed[]): Instance {
    const maker = makerOf(layer);
    if (maker === null) throw new UnsupportedLayer(whyUnsupported(layer));
    const shape = inputs[0]?.tensor.shape ?? [];
    const turned = inputs.every((input) => input.turned && input.tensor.shape.length === shape.length);
    const name = this.#uniqueName(layer.name);
    const made = maker(layer, { name, generation: this.options.generation, turned, shape });
    if (layer.config['trainable'] === false) made.layer.trainable = false;
    beginWithStoredWeights(made.layer, path, this.options.weights);
    const instance = { ...made, turned };
    this.#instances.set(layer, instance);
    return instance;
  }

  /** Layers of nested models may be called alike; TensorFlow.js allows few characters and each name once. */
  #uniqueName(wanted: string): string {
    const allowed = wanted.replace(/[^A-Za-z0-9._/-]/g, '_').replace(/^[^A-Za-z0-9]+/, '') || 'layer';
    let name = allowed;
    for (let copy = 1; this.#names.has(name); copy++) name = `${allowed}_${copy}`;
    this.#names.add(name);
    return name;
  }
}

function chained(
  { before = [], layer, after }: MadeLayer,
  tensors: readonly tf.SymbolicTensor[],
): tf.SymbolicTensor {
  let value: unknown = tensors.length === 1 ? tensors[0] : tensors;
  for (const one of [...before, layer, ...after]) value = one.apply(value as tf.SymbolicTensor);
  if (!(value instanceof tf.SymbolicTensor)) throw new UnsupportedLayer('gives several tensors at once');
  return value;
}

function requireReasonableSize(tensor: tf.SymbolicTensor): void {
  const values = tensor.shape.reduce<number>((product, size) => product * (size ?? 1), 1);
  if (!(values <= largestOutput)) {
    throw new MalformedLayer(
      `it gives ${values.toExponential(1)} values an image, more than are computed here`,
    );
  }
}
