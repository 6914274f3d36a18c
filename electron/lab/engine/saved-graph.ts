/** Graphs that others wrote, run by TensorFlow itself. */
import type * as tf from '@tensorflow/tfjs';
import protobuf from 'protobufjs';
import { Refusal } from '#shared/errors';
import { loadSavedModel } from './compiled/saved-model';
import { DataType, nativeBackend, type NativeBackend, type NativeTensor } from './native';

/** A node whose attributes are as its file has them. */
export interface PlainNode {
  readonly name: string;
  readonly op: string;
  /** `name` or `name:1`. */
  readonly input: readonly string[];
  /** Messages of type AttrValue (tensorflow/core/framework/attr_value.proto). */
  readonly attr: Readonly<Record<string, Uint8Array>>;
}

const tag = 'convscope';

/** As in tensorflow/core/framework/graph.proto; an attribute is written as the bytes that it is made of. */
const SavedModel = protobuf
  .parse(
    `syntax = "proto3";
    message Node { string name = 1; string op = 2; repeated string input = 3; map<string, bytes> attr = 5; }
    message Versions { int32 producer = 1; }
    message Graph { repeated Node node = 1; Versions versions = 4; }
    message MetaInfo { repeated string tags = 4; }
    message MetaGraph { MetaInfo meta_info_def = 1; Graph graph_def = 2; }
    message SavedModel { int64 saved_model_schema_version = 1; repeated MetaGraph meta_graphs = 2; }`,
    { keepCase: true },
  )
  .root.lookupType('SavedModel');

/** A graph in TensorFlow's hands. */
export class SavedGraph {
  readonly #backend: NativeBackend;
  readonly #session: number;

  private constructor(backend: NativeBackend, session: number) {
    this.#backend = backend;
    this.#session = session;
  }

  /**
   * Throws a `Refusal` where the engine is not TensorFlow, or where TensorFlow does not take the graph.
   * @param producer the version of graphs that the file states: it decides what some operations mean
   * @param name how the graph is called in the sentence
   */
  static load(nodes: readonly PlainNode[], producer: number, name: string): SavedGraph {
    const backend = nativeBackend();
    if (backend === null) {
      throw new Refusal(
        `${name} is a TensorFlow graph and runs only on TensorFlow, but the engine in use is WebAssembly; ` +
          `\`npm run convscope -- doctor\` says how to get it.`,
      );
    }
    const message = SavedModel.fromObject({
      saved_model_schema_version: 1,
      meta_graphs: [{ meta_info_def: { tags: [tag] }, graph_def: { node: nodes, versions: { producer } } }],
    });
    const bytes = SavedModel.encode(message).finish();
    return new SavedGraph(
      backend,
      refusing(name, () => loadSavedModel(backend.binding, bytes, tag)),
    );
  }

  /**
   * Runs what the outputs need. The caller disposes of the results. Throws a `Refusal` with TensorFlow's words.
   * @param feeds a tensor for each placeholder, by its name
   * @param outputs `name` or `name:1`, of type float32, int32 or bool
   * @param name how the graph is called in the sentence
   */
  run(feeds: ReadonlyMap<string, tf.Tensor>, outputs: readonly string[], name: string): tf.Tensor[] {
    const backend = this.#backend;
    const inputs = backend.getInputTensorIds([...feeds.values()]);
    // Asked for twice, TensorFlow would give one tensor to two owners.
    const distinct = [...new Set(outputs)];
    const results = refusing(name, () =>
      backend.binding.runSavedModel(this.#session, inputs, [...feeds.keys()].join(), distinct.join()),
    );
    const made = new Map(distinct.map((output, index) => [output, results[index] as NativeTensor]));
    const unfit = results.find(({ dtype }) => !readable.has(dtype));
    if (unfit !== undefined) {
      for (const { id } of results) backend.binding.deleteTensor(id);
      throw new Refusal(`${name}: a result is of TensorFlow's type ${unfit.dtype}, which cannot be shown.`);
    }
    const tensors = new Map(
      [...made].map(([output, result]) => [output, backend.createOutputTensor(result)]),
    );
    const taken = new Set<string>();
    return outputs.map((output) => {
      const tensor = tensors.get(output) as tf.Tensor;
      if (taken.has(output)) return tensor.clone();
      taken.add(output);
      return tensor;
    });
  }

  dispose(): void {
    this.#backend.binding.deleteSavedModel(this.#session);
  }
}

const readable: ReadonlySet<number> = new Set([DataType.float, DataType.int32, DataType.bool]);

/** What TensorFlow says of a graph that it does not take, in one line. */
function refusing<T>(name: string, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    const [first = ''] = words.split('\n').filter((line) => line.trim() !== '');
    throw new Refusal(
      `${name}: TensorFlow does not run it: ${first
        .slice(0, 500)
        .replace(/[.\s]*$/, '.')
        .trim()}`,
      {
        cause,
      },
    );
  }
}
