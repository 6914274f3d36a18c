/** ONNX graphs, run by ONNX Runtime on the CPU, whatever engine computes all else. Loaded when first needed. */
import * as tf from '@tensorflow/tfjs';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { Refusal } from '#shared/errors';

type MakeTensor = (values: Float32Array, shape: readonly number[]) => Tensor;

/** A graph in ONNX Runtime's hands. */
export class OnnxSession {
  readonly #session: InferenceSession;
  readonly #makeTensor: MakeTensor;

  private constructor(session: InferenceSession, makeTensor: MakeTensor) {
    this.#session = session;
    this.#makeTensor = makeTensor;
  }

  /** Throws a `Refusal` with the runtime's words where it does not take the model. */
  static async load(model: Uint8Array, name: string): Promise<OnnxSession> {
    const runtime = await import('onnxruntime-node').catch((cause: unknown) => {
      throw new Refusal(`${name} needs ONNX Runtime, which does not load on this machine.`, { cause });
    });
    const session = await refusing(name, () =>
      runtime.InferenceSession.create(model, { logSeverityLevel: 4, executionProviders: ['cpu'] }),
    );
    return new OnnxSession(session, (values, shape) => new runtime.Tensor('float32', values, shape));
  }

  /** Resolves to the outputs asked for, which the caller disposes of. */
  async run(
    feeds: ReadonlyMap<string, tf.Tensor>,
    outputs: readonly string[],
    name: string,
  ): Promise<tf.Tensor[]> {
    const given: Record<string, Tensor> = {};
    for (const [input, tensor] of feeds) {
      given[input] = this.#makeTensor(Float32Array.from(await tensor.data()), tensor.shape);
    }
    const results = await refusing(name, () => this.#session.run(given, [...new Set(outputs)]));
    return outputs.map((output) => toTensor(results[output] as Tensor, output, name));
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }
}

function toTensor({ type, dims, data }: Tensor, output: string, name: string): tf.Tensor {
  const shape = [...dims];
  switch (type) {
    case 'float32':
    case 'float64':
    case 'float16':
      return tf.tensor(Float32Array.from(data as Float32Array), shape, 'float32');
    case 'int32':
    case 'uint8':
    case 'int8':
    case 'int16':
    case 'uint16':
      return tf.tensor(Int32Array.from(data as Int32Array), shape, 'int32');
    case 'int64':
      return tf.tensor(Int32Array.from(data as BigInt64Array, Number), shape, 'int32');
    case 'bool':
      return tf.tensor(Uint8Array.from(data as Uint8Array), shape, 'bool');
    default:
      throw new Refusal(`${name}: the output ${output} is of type ${type}, which cannot be shown.`);
  }
}

async function refusing<T>(name: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new Refusal(
      `${name}: ONNX Runtime does not run it: ${(words.split('\n')[0] ?? '').slice(0, 500).replace(/[.\s]*$/, '.')}`,
      {
        cause,
      },
    );
  }
}
