import type * as tf from '@tensorflow/tfjs';
import type { BuiltLayer } from '../opened-model';
import { kerasAttributes } from './attributes';
import { faultOf } from './build';
import type { KerasCall, KerasLayer, KerasModel, TensorReference } from './keras-model';
import type { LayerMaker } from './layer-maker';
import { makerOf, whyUnsupported } from './makers';
import type { Placed, Value } from './placed';
import type { LayerPath } from './weight-source';

export interface ModelRun {
  readonly layers: readonly BuiltLayer[];
  readonly inputs: readonly tf.SymbolicTensor[];
  readonly outputs: readonly Value[];
}

/** Runs a model of a file on symbolic tensors: every layer is made and applied, those of nested models too. */
export function runModel(model: KerasModel, maker: LayerMaker): ModelRun {
  const run = new Run(model, null, maker);
  run.begin(null);
  return {
    layers: run.listed(),
    inputs: run.inputs(),
    outputs: run.outputs(),
  };
}

interface PendingCall {
  readonly layer: KerasLayer;
  readonly call: KerasCall;
  readonly index: number;
}

/** How the model around a nested one calls it. */
interface OuterCall {
  readonly run: Run;
  readonly call: KerasCall;
  readonly path: LayerPath;
}

/** One use of one model: the outermost, or a nested one. */
class Run {
  readonly #model: KerasModel;
  readonly #outer: OuterCall | null;
  readonly #maker: LayerMaker;
  readonly #given = new Map<string, (readonly Value[])[]>();
  /** The first use of each nested model. */
  readonly #nested = new Map<string, Run>();
  readonly #layers: ReadonlyMap<string, KerasLayer>;
  readonly #firstNode: ReadonlyMap<string, number>;

  constructor(model: KerasModel, outer: OuterCall | null, maker: LayerMaker) {
    this.#model = model;
    this.#outer = outer;
    this.#maker = maker;
    this.#layers = new Map(model.layers.map((layer) => [layer.name, layer]));
    this.#firstNode = firstNodes(model);
  }

  /** @param given what a nested model is called with; `null` for the outermost, which gets inputs of its own */
  begin(given: readonly Value[] | null): void {
    const turned = takesChannelsFirst(this.#model);
    for (const layer of this.#model.layers) {
      if (layer.className !== 'InputLayer') continue;
      const position = this.#model.inputs.findIndex((input) => input.layer === layer.name);
      const value = given === null ? this.#input(layer, turned) : given[position];
      if (value !== undefined) this.#given.set(layer.name, [[value]]);
    }
    this.#settle();
  }

  /** Those that the file lists as the model's, then others that its layers read all the same. */
  inputs(): readonly tf.SymbolicTensor[] {
    const listed = this.#model.inputs.map((input) => this.#find(input));
    const others = this.#model.layers
      .filter(({ className }) => className === 'InputLayer')
      .map(({ name }) => this.#given.get(name)?.[0]?.[0]);
    const tensors = [...listed, ...others].flatMap((value) =>
      value?.kind === 'placed' ? [value.tensor] : [],
    );
    return [...new Set(tensors)];
  }

  outputs(): readonly Value[] {
    return this.#model.outputs.map(
      (output) =>
        this.#find(output) ?? { kind: 'missing', because: `is made from ${output.layer}, which is missing` },
    );
  }

  /** The layers as Keras's `model.layers` lists them: a Sequential model keeps its input to itself. */
  listed(): readonly BuiltLayer[] {
    return this.#model.layers.filter((layer) => !this.#isHidden(layer)).map((layer) => this.#describe(layer));
  }

  #isHidden({ className }: KerasLayer): boolean {
    return this.#model.sequential && className === 'InputLayer';
  }

  #input(layer: KerasLayer, turned: boolean): Placed {
    try {
      return this.#maker.input(layer, turned);
    } catch (thrown) {
      throw new Error(faultOf(thrown, layer, this.#maker.options.owner), { cause: thrown });
    }
  }

  /** Runs every call whose inputs are there, until none is left: files need not list layers in their order. */
  #settle(): void {
    let pending: readonly PendingCall[] = this.#model.layers.flatMap((layer) =>
      layer.calls.map((call, index) => ({ layer, call, index })),
    );
    for (let before = -1; before !== pending.length;) {
      before = pending.length;
      pending = pending.filter((call) => !this.#tryCall(call));
    }
  }

  #tryCall({ layer, call, index }: PendingCall): boolean {
    const earlier = this.#given.get(layer.name) ?? [];
    const inputs = call.inputs.map((input) => this.#find(input));
    if (earlier.length !== index || inputs.includes(undefined)) return false;
    this.#given.set(layer.name, [...earlier, this.#call(layer, call, inputs as readonly Value[])]);
    return true;
  }

  #call(layer: KerasLayer, call: KerasCall, inputs: readonly Value[]): readonly Value[] {
    const path = [...(this.#outer?.path ?? []), { model: this.#model, layer }];
    if (layer.nested !== null) return this.#runNested(layer.nested, { run: this, call, path }, inputs);
    const missing = inputs.findIndex((input) => input.kind === 'missing');
    // What a layer lacks by itself tells more than what it waits for.
    if (makerOf(layer) === null) return [{ kind: 'missing', because: whyUnsupported(layer) }];
    if (missing !== -1) {
      return [
        { kind: 'missing', because: `needs the output of ${call.inputs[missing]?.layer ?? 'another'}` },
      ];
    }
    try {
      return [this.#maker.apply(layer, path, inputs as readonly Placed[])];
    } catch (thrown) {
      return [{ kind: 'missing', because: faultOf(thrown, layer, this.#maker.options.owner) }];
    }
  }

  #runNested(nested: KerasModel, outer: OuterCall, inputs: readonly Value[]): readonly Value[] {
    const run = new Run(nested, outer, this.#maker);
    run.begin(inputs);
    const name = outer.path.at(-1)?.layer.name ?? '';
    if (!this.#nested.has(name)) this.#nested.set(name, run);
    return run.outputs();
  }

  #find({ layer, node, tensor }: TensorReference): Value | undefined {
    return this.#given.get(layer)?.[node - (this.#firstNode.get(layer) ?? 0)]?.[tensor];
  }

  #describe(layer: KerasLayer): BuiltLayer {
    const value = this.#given.get(layer.name)?.[0]?.[0];
    const { name, writtenAs: type } = layer;
    const inner = this.#nested.get(name)?.listed() ?? [];
    const parameters = this.#maker.parameters(layer) + inner.reduce((sum, one) => sum + one.parameters, 0);
    const described = {
      name,
      type,
      parameters,
      inner,
      inputs: this.#readBy(layer),
      attributes: kerasAttributes(layer),
      weights: this.#maker.weights(layer),
    };
    if (value?.kind === 'placed') return { ...described, problem: null, output: value.tensor };
    return { ...described, problem: value?.because ?? 'is connected to nothing', output: null };
  }

  /** Names of what a layer reads in all its uses, in their order. */
  #readBy(layer: KerasLayer): readonly string[] {
    const names =
      layer.className === 'InputLayer'
        ? [this.#givenTo(layer)].filter((name) => name !== null)
        : layer.calls.flatMap(({ inputs }) => inputs.map((input) => this.#nameOf(input)));
    return [...new Set(names)];
  }

  /** The layer that makes a tensor, as it is listed: of a nested model the one within that makes its output. */
  #nameOf({ layer: name, tensor }: TensorReference): string {
    const output = this.#layers.get(name)?.nested?.outputs[tensor];
    const nested = this.#nested.get(name);
    if (nested !== undefined && output !== undefined) return nested.#nameOf(output);
    const layer = this.#layers.get(name);
    const own = [...(this.#outer?.path ?? []).map((step) => step.layer.name), name].join('/');
    return layer !== undefined && this.#isHidden(layer) ? (this.#givenTo(layer) ?? own) : own;
  }

  /** What the model around gives for an input; `null` of the outermost. */
  #givenTo({ name }: KerasLayer): string | null {
    const position = this.#model.inputs.findIndex((input) => input.layer === name);
    const given = this.#outer?.call.inputs[position];
    return given === undefined || this.#outer === null ? null : this.#outer.run.#nameOf(given);
  }
}

/**
 * What the count of a layer's uses begins with. Keras 2 counts from 1 for nested models, whose use 0 was their making.
 */
function firstNodes(model: KerasModel): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  const all = [
    ...model.layers.flatMap((layer) => layer.calls.flatMap((call) => call.inputs)),
    ...model.outputs,
  ];
  for (const { layer, node } of all) last.set(layer, Math.max(last.get(layer) ?? 0, node));
  return new Map(
    model.layers.map(({ name, calls }) => {
      const uses = Math.max(1, calls.length);
      return [name, Math.max(0, (last.get(name) ?? 0) - uses + 1)];
    }),
  );
}

/** Whether the first layer that says how its maps are ordered has the channels first. */
function takesChannelsFirst(model: KerasModel): boolean {
  return firstFormat(model) === 'channels_first';
}

/** Of the first layer that says it; what lies behind a layer that orders the axes anew says nothing about the input. */
function firstFormat(model: KerasModel): unknown {
  for (const layer of model.layers) {
    if (layer.className === 'Permute' || layer.className === 'Reshape') return 'channels_last';
    const format = layer.nested === null ? layer.config['data_format'] : firstFormat(layer.nested);
    if (format !== undefined && format !== null) return format;
  }
  return undefined;
}
