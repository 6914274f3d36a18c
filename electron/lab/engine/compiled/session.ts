import { DataType, type NativeBinding, type NativeData, type NativeTensor } from '../native';
import { loadGraph, type GraphNode } from './saved-model';
import type { Output } from './graph';

/** A value for a placeholder. */
export interface Feed {
  readonly dtype: number;
  readonly shape: readonly number[];
  /** Handed to TensorFlow without a copy: must not change until the run is over. */
  readonly data: NativeData;
}

/** A graph with its variables in TensorFlow. */
export class Session {
  readonly #binding: NativeBinding;
  readonly #id: number;

  constructor(binding: NativeBinding, nodes: readonly GraphNode[]) {
    this.#binding = binding;
    this.#id = loadGraph(binding, nodes);
  }

  /** Runs what the outputs need and returns copies of them. */
  run(feeds: Readonly<Record<string, Feed>>, outputs: readonly Output[]): NativeData[] {
    const inputs = Object.values(feeds).map(({ shape, dtype, data }) =>
      this.#binding.createTensor(shape, dtype, data),
    );
    let results: NativeTensor[] = [];
    try {
      results = this.#binding.runSavedModel(this.#id, inputs, Object.keys(feeds).join(), outputs.join());
      return results.map(({ id }) => this.#binding.tensorDataSync(id));
    } finally {
      for (const id of inputs) this.#binding.deleteTensor(id);
      for (const { id } of results) this.#binding.deleteTensor(id);
    }
  }

  dispose(): void {
    this.#binding.deleteSavedModel(this.#id);
  }
}

export const feeds = {
  float: (value: number): Feed => ({ dtype: DataType.float, shape: [], data: Float32Array.of(value) }),
  floats: (shape: readonly number[], data: Float32Array): Feed => ({ dtype: DataType.float, shape, data }),
  integer: (value: number): Feed => ({ dtype: DataType.int32, shape: [], data: Int32Array.of(value) }),
  integers: (data: Int32Array): Feed => ({ dtype: DataType.int32, shape: [data.length], data }),
  bytes: (shape: readonly number[], data: Uint8Array): Feed => ({ dtype: DataType.uint8, shape, data }),
};
