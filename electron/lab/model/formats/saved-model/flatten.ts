import { Refusal } from '#shared/errors';
import {
  readAttribute,
  type Attributes,
  type FunctionMessage,
  type GraphMessage,
  type NodeMessage,
} from './messages';
import { handingOn, outputIndex } from './operations';

/** A node that computes, freed from the functions it stood in. */
export interface FlatNode {
  /** With the way through the functions, as far as it tells something; a function called twice has it twice. */
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly FlatOutput[];
  readonly attributes: Attributes;
}

/** One output of a node, counted from 0. */
export interface FlatOutput {
  readonly node: FlatNode;
  readonly index: number;
}

/** How much may be unfolded: functions that call functions could make much of little. */
const mostNodes = 50_000;
const mostSteps = 2_000_000;
const deepestCall = 64;

/** Where a node stands: in the graph itself, or in one call of a function. */
interface Scope {
  readonly prefix: string;
  readonly depth: number;
  readonly nodes: ReadonlyMap<string, NodeMessage>;
  readonly call: Call | null;
}

interface Call {
  readonly body: FunctionMessage;
  /** Places of the function's arguments by name. */
  readonly arguments: ReadonlyMap<string, number>;
  readonly node: NodeMessage;
  readonly caller: Scope;
  /** What stands for the placeholders in the body's attributes. */
  readonly attributes: Attributes;
}

/** An output of a node, not yet of one that computes. */
interface Reference {
  readonly scope: Scope;
  readonly node: NodeMessage;
  readonly index: number;
}

/**
 * Reads the part of a graph that computes some outputs, with every call of a function replaced by the function's body,
 * so that every inner tensor has a name of its own in one flat graph. Operations that only hand on are left out, and
 * so are orders between nodes: what is left has no effects that an order could change.
 */
export class Flattener {
  readonly #place: string;
  readonly #main: Scope;
  readonly #functions: ReadonlyMap<string, FunctionMessage>;
  readonly #bodies = new Map<string, ReadonlyMap<string, NodeMessage>>();
  readonly #calls = new Map<Scope, Map<NodeMessage, Scope>>();
  readonly #flat = new Map<Scope, Map<NodeMessage, FlatNode>>();
  readonly #open: { readonly reference: Reference; readonly inputs: FlatOutput[] }[] = [];
  #nodes = 0;
  #steps = 0;

  /** @param place names the graph in the sentence of a `Refusal` */
  constructor(graph: GraphMessage, place: string) {
    this.#place = place;
    this.#main = { prefix: '', depth: 0, nodes: byName(graph.node), call: null };
    this.#functions = new Map(
      (graph.library?.function ?? []).map((body) => [body.signature?.name ?? '', body]),
    );
  }

  /** The output `NODE` or `NODE:INDEX` of the graph, and with it all that it needs. */
  output(name: string): FlatOutput {
    const output = this.#flatten(this.#followed(this.#reference(this.#main, name)));
    for (let open = this.#open.pop(); open !== undefined; open = this.#open.pop()) {
      const { scope, node } = open.reference;
      for (const input of dataInputs(node)) {
        open.inputs.push(this.#flatten(this.#followed(this.#reference(scope, input))));
      }
    }
    return output;
  }

  /** Follows a reference to the node that computes it: out of arguments, into functions, past what only hands on. */
  #followed(start: Reference): Reference {
    let at = start;
    for (;;) {
      if (++this.#steps > mostSteps) throw this.#refusal('its nodes refer to each other endlessly');
      const next = this.#next(at);
      if (next === null) return at;
      at = next;
    }
  }

  #next({ scope, node, index }: Reference): Reference | null {
    if (handingOn.has(node.op)) return this.#input(scope, node, 0);
    if (node.op === 'IdentityN') return this.#input(scope, node, index);
    const body = this.#called(scope, node);
    if (body === null) return null;
    const inside = this.#inside(scope, node, body);
    const result = body.signature?.output_arg[index]?.name;
    const output = result === undefined ? undefined : body.ret[result];
    if (output === undefined)
      throw this.#refusal(`the function ${body.signature?.name} has no output ${index}`);
    return this.#reference(inside, output);
  }

  #input(scope: Scope, node: NodeMessage, index: number): Reference {
    const input = dataInputs(node)[index];
    if (input === undefined) throw this.#refusal(`the node ${node.name} (${node.op}) has no input ${index}`);
    return this.#reference(scope, input);
  }

  /** What a name stands for in its scope. An argument is what the caller gave for it. */
  #reference(scope: Scope, name: string): Reference {
    let [at, wanted] = [scope, name];
    for (;;) {
      if (++this.#steps > mostSteps) throw this.#refusal('its nodes refer to each other endlessly');
      const argument = at.call?.arguments.get(wanted.replace(/:0$/, ''));
      if (at.call === null || argument === undefined) break;
      const given = dataInputs(at.call.node)[argument];
      if (given === undefined) throw this.#refusal(`the call ${at.call.node.name} lacks an argument`);
      [at, wanted] = [at.call.caller, given];
    }
    const [, nodeName, outputName, number] = /^([^:]+)(?::([A-Za-z]\w*))?(?::(\d{1,6}))?$/.exec(wanted) ?? [];
    const node = nodeName === undefined ? undefined : at.nodes.get(nodeName);
    if (node === undefined) throw this.#refusal(`it has no node ${wanted.slice(0, 200)}`);
    return { scope: at, node, index: this.#outputIndex(at, node, outputName, Number(number ?? 0)) };
  }

  #outputIndex(scope: Scope, node: NodeMessage, name: string | undefined, index: number): number {
    if (name === undefined) return index;
    const direct = this.#functions.get(node.op);
    const found =
      direct === undefined
        ? outputIndex(node.op, name, index)
        : (direct.signature?.output_arg.findIndex((output) => output.name === name) ?? -1);
    if (found === null || found < 0) {
      throw this.#refusal(`the node ${scope.prefix}${node.name} (${node.op}) has no output ${name}:${index}`);
    }
    return found;
  }

  /** The function that a node calls. */
  #called(scope: Scope, node: NodeMessage): FunctionMessage | null {
    if (node.op !== 'PartitionedCall' && node.op !== 'StatefulPartitionedCall') {
      return this.#functions.get(node.op) ?? null;
    }
    const attribute = node.attr['f'];
    const name = attribute && readAttribute(attribute, this.#place).func?.name;
    const body = name === undefined ? undefined : this.#functions.get(name);
    if (body === undefined) {
      throw this.#refusal(
        `the node ${scope.prefix}${node.name} calls the function ${name}, which it does not have`,
      );
    }
    return body;
  }

  #inside(scope: Scope, node: NodeMessage, body: FunctionMessage): Scope {
    const calls = within(this.#calls, scope);
    const known = calls.get(node);
    if (known !== undefined) return known;
    if (scope.depth >= deepestCall) throw this.#refusal(`its functions call each other ${deepestCall} deep`);
    const name = body.signature?.name ?? '';
    const inputs = body.signature?.input_arg ?? [];
    if (inputs.some(({ number_attr, type_list_attr }) => number_attr !== '' || type_list_attr !== '')) {
      throw this.#refusal(`the function ${name} takes lists, which is not supported`);
    }
    const nodes = this.#bodies.get(name) ?? byName(body.node_def);
    this.#bodies.set(name, nodes);
    // Names that TensorFlow makes up for calls say nothing.
    const told = /^(Stateful)?PartitionedCall(_\d+)?$/.test(node.name) ? '' : `${node.name}/`;
    const made: Scope = {
      prefix: scope.prefix + told,
      depth: scope.depth + 1,
      nodes,
      call: {
        body,
        arguments: new Map(inputs.map((input, index) => [input.name, index])),
        node,
        caller: scope,
        attributes: this.#callAttributes(scope, node),
      },
    };
    if (made.prefix.length > 4096) throw this.#refusal('its names grow too long');
    calls.set(node, made);
    return made;
  }

  #callAttributes(scope: Scope, node: NodeMessage): Attributes {
    const named = node.attr['f'] && readAttribute(node.attr['f'], this.#place).func?.attr;
    return this.#attributes(scope, named ?? node.attr);
  }

  #flatten({ scope, node, index }: Reference): FlatOutput {
    const flat = within(this.#flat, scope);
    const known = flat.get(node);
    if (known !== undefined) return { node: known, index };
    if (++this.#nodes > mostNodes) throw this.#refusal(`it unfolds to more than ${mostNodes} nodes`);
    const inputs: FlatOutput[] = [];
    const name = scope.prefix + node.name;
    const made = { name, op: node.op, inputs, attributes: this.#attributes(scope, node.attr) };
    flat.set(node, made);
    this.#open.push({ reference: { scope, node, index }, inputs });
    return { node: made, index };
  }

  /** Without notes to other programs, which may name nodes that are gone, and with the caller's values filled in. */
  #attributes(scope: Scope, attributes: Attributes): Attributes {
    const kept = Object.entries(attributes).filter(([name]) => !name.startsWith('_'));
    return Object.fromEntries(
      kept.map(([name, value]) => {
        if (scope.call === null || value[0] !== placeholderTag) return [name, value];
        const { placeholder } = readAttribute(value, this.#place);
        const given = scope.call.attributes[placeholder];
        if (given === undefined)
          throw this.#refusal(`the attribute ${placeholder} of a function has no value`);
        return [name, given];
      }),
    );
  }

  #refusal(fault: string): Refusal {
    return new Refusal(`${this.#place}: ${fault}.`);
  }
}

/** Field 9 of an attribute, with a length. */
const placeholderTag = (9 << 3) | 2;

function dataInputs({ input }: NodeMessage): readonly string[] {
  return input.filter((name) => !name.startsWith('^'));
}

function byName(nodes: readonly NodeMessage[]): ReadonlyMap<string, NodeMessage> {
  return new Map(nodes.map((node) => [node.name, node]));
}

function within<K, L, V>(maps: Map<K, Map<L, V>>, key: K): Map<L, V> {
  const known = maps.get(key);
  if (known !== undefined) return known;
  const made = new Map<L, V>();
  maps.set(key, made);
  return made;
}
