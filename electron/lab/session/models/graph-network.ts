import * as tf from '@tensorflow/tfjs';
import type { LayerSummary, ModelSummary } from '#shared/summary';
import { Refusal } from '#shared/errors';
import type { LayerActivation } from '#shared/frames';
import { imageSize, sliceImages, volumeOf, type ImageSet, type ImageShape } from '#shared/images';
import type { Preprocessing } from '#shared/spec';
import type { NetworkActivations, ProbedNetwork, TrainingStep } from '../../engine/training-step';
import { fitImages, layoutOf } from '../../model/fit-images';
import { imageShapeOf } from '../../model/image-network/adapt-input';
import type { GraphNetwork, OpenedModel } from '../../model/opened-model';
import { summaryText } from '#shared/summary-text';

/** As many images as a graph that takes any number reads at once. */
const usualBatch = 50;
/** Values of one image that are shown: more would fill the window's memory, 16 MB a frame. */
const mostValues = 16 * 1024 * 1024;

/** Constants and what only carries values on tell nothing. */
const passedOver: ReadonlySet<string> = new Set([
  'Const',
  'Constant',
  'Identity',
  'NoOp',
  'Placeholder',
  'Shape',
]);

/** A volume of the graph, as a run on a black image gave it. */
interface Volume {
  readonly name: string;
  readonly type: string;
  readonly shape: ImageShape;
}

/** A network that runs as a graph, shown images: its inner tensors are its layers. */
export class GraphProbe implements ProbedNetwork {
  readonly inputShape: ImageShape;
  /** Values of the last output for one image. */
  readonly outputs: number;
  readonly summary: ModelSummary;
  readonly #network: GraphNetwork;
  readonly #preprocessing: Preprocessing;
  readonly #volumes: readonly Volume[];
  readonly #output: string;
  readonly #channelsFirst: boolean;
  readonly #dispose: () => void;

  private constructor(
    { network, dispose, parameters }: OpenedGraph,
    inputShape: ImageShape,
    preprocessing: Preprocessing,
    name: string,
    found: { readonly volumes: readonly Volume[]; readonly outputs: number; readonly channelsFirst: boolean },
  ) {
    this.inputShape = inputShape;
    this.outputs = found.outputs;
    this.#network = network;
    this.#preprocessing = preprocessing;
    this.#volumes = found.volumes;
    this.#output = network.outputs.at(-1) as string;
    this.#channelsFirst = found.channelsFirst;
    this.#dispose = dispose;
    this.summary = summaryOf(name, inputShape, found.volumes, parameters);
  }

  /**
   * Owns the model from now on. Throws a `Refusal` where the graph takes no image, or does not run.
   * @param images the shape of the images that it will be shown; `null` for those that it takes as they are
   */
  static async open(
    model: OpenedGraph,
    images: ImageShape | null,
    preprocessing: Preprocessing,
    name: string,
  ): Promise<GraphProbe> {
    const { network } = model;
    const [input, other] = network.inputs;
    const output = network.outputs.at(-1);
    if (input === undefined || output === undefined)
      throw new Refusal(`${name}: the graph has no input or output.`);
    if (other !== undefined) throw new Refusal(`${name}: the graph reads several inputs, which no image is.`);
    const sizes = input.shape.slice(1);
    const inputShape = images ?? imageShapeOf(sizes);
    // ONNX Runtime's maps have been turned already.
    const channelsFirst = layoutOf(sizes, inputShape).order === 'channels first';
    const black = {
      count: 1,
      shape: inputShape,
      pixels: new Uint8Array(imageSize(inputShape)),
      labels: new Int32Array(1),
    };
    const names = network.layers
      .filter(({ problem, type }) => problem === null && !passedOver.has(type))
      .map((layer) => layer.name);
    const tensors = await runOn(network, black, preprocessing, [...names, output]);
    try {
      const last = tensors.at(-1) as tf.Tensor;
      return new GraphProbe(model, inputShape, preprocessing, name, {
        volumes: volumesOf(network, names, tensors, channelsFirst),
        outputs: last.size,
        channelsFirst,
      });
    } finally {
      tf.dispose([...tensors]);
    }
  }

  async activations(pixels: Uint8Array): Promise<NetworkActivations> {
    const image = { count: 1, shape: this.inputShape, pixels, labels: new Int32Array(1) };
    const fetches = [...this.#volumes.map(({ name }) => name), this.#output];
    const tensors = await runOn(this.#network, image, this.#preprocessing, fetches);
    try {
      const layers = this.#volumes.map(({ name, shape }, index) => ({
        name,
        shape,
        values: valuesOf(tensors[index] as tf.Tensor, this.#channelsFirst),
      }));
      const input: LayerActivation = {
        name: 'input',
        shape: this.inputShape,
        values: Float32Array.from(pixels, (value) => value / 255),
      };
      return { layers: [input, ...layers], output: probabilities(await rowsOf(tensors.at(-1) as tf.Tensor)) };
    } finally {
      tf.dispose([...tensors]);
    }
  }

  async predict(images: ImageSet): Promise<Float32Array> {
    const each = this.#network.inputs[0]?.shape[0] ?? usualBatch;
    const rows = new Float32Array(images.count * this.outputs);
    for (let from = 0; from < images.count; from += each) {
      const batch = filledUp(sliceImages(images, from, Math.min(from + each, images.count)), each);
      const [output] = await runOn(this.#network, batch, this.#preprocessing, [this.#output]);
      const values = await rowsOf(output as tf.Tensor);
      output?.dispose();
      const wanted = Math.min(each, images.count - from);
      for (let image = 0; image < wanted; image++) {
        const row = values.subarray(image * this.outputs, (image + 1) * this.outputs);
        rows.set(probabilities(row), (from + image) * this.outputs);
      }
    }
    return rows;
  }

  dispose(): void {
    this.#dispose();
  }
}

/** An opened model that runs as a graph. */
export type OpenedGraph = OpenedModel & { readonly network: GraphNetwork };

export function isGraph(model: OpenedModel): model is OpenedGraph {
  return model.network.kind === 'graph';
}

async function runOn(
  network: GraphNetwork,
  images: ImageSet,
  preprocessing: Preprocessing,
  fetches: readonly string[],
): Promise<readonly tf.Tensor[]> {
  const input = tf.tidy(() => fitImages(images, network.inputs[0]?.shape ?? [], preprocessing));
  try {
    return await network.run([input], fetches);
  } finally {
    input.dispose();
  }
}

function volumesOf(
  network: GraphNetwork,
  names: readonly string[],
  tensors: readonly tf.Tensor[],
  channelsFirst: boolean,
): readonly Volume[] {
  const types = new Map(network.layers.map(({ name, type }) => [name, type]));
  let values = 0;
  return names.flatMap((name, index) => {
    const tensor = tensors[index] as tf.Tensor;
    const shape = tensor.dtype === 'string' ? null : volumeShape(tensor.shape, channelsFirst);
    if (shape === null) return [];
    values += imageSize(shape);
    return values > mostValues ? [] : [{ name, type: types.get(name) ?? '', shape }];
  });
}

/** Of what belongs to the one image; constants and shapes do not. */
function volumeShape(shape: readonly number[], channelsFirst: boolean): ImageShape | null {
  const [batch, ...sizes] = shape;
  if (batch !== 1 || sizes.length === 0 || sizes.includes(0)) return null;
  const [channels, ...space] = sizes as [number, ...number[]];
  return volumeOf(channelsFirst && sizes.length === 3 ? [...space, channels] : sizes);
}

function valuesOf(tensor: tf.Tensor, channelsFirst: boolean): Float32Array {
  return tf.tidy(() => {
    const ordered = channelsFirst && tensor.rank === 4 ? tensor.transpose([0, 2, 3, 1]) : tensor;
    return Float32Array.from(ordered.dataSync());
  });
}

async function rowsOf(tensor: tf.Tensor): Promise<Float32Array> {
  return Float32Array.from(await tensor.data());
}

/** Graphs end in probabilities or in the logits before them; only probabilities sum to 1. */
function probabilities(row: Float32Array): Float32Array {
  const sum = row.reduce((total, value) => total + value, 0);
  if (row.length < 2 || (row.every((value) => value >= 0) && Math.abs(sum - 1) < 1e-3)) return row;
  const highest = row.reduce((most, value) => Math.max(most, value), -Infinity);
  const powers = row.map((value) => Math.exp(value - highest));
  const all = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / all);
}

/** A graph made for so many images at a time is given as many; those that are missing are black. */
function filledUp(images: ImageSet, count: number): ImageSet {
  if (images.count === count || count === usualBatch) return images;
  const pixels = new Uint8Array(count * imageSize(images.shape));
  pixels.set(images.pixels);
  return { count, shape: images.shape, pixels, labels: new Int32Array(count) };
}

function summaryOf(
  name: string,
  inputShape: ImageShape,
  volumes: readonly Volume[],
  parameters: number,
): ModelSummary {
  const layers = volumes.map(({ name: layer, type, shape }): LayerSummary => ({
    name: layer,
    type,
    outputShape: shape[0] === 1 && shape[1] === 1 ? [shape[2]] : shape,
    parameters: 0,
    flops: null,
    activation: null,
    inputs: null,
    window: null,
  }));
  const counted = { name, layers, parameters, trainableParameters: 0 };
  return { ...counted, inputShape, flops: null, text: summaryText(counted) };
}

/** Stands where training steps are asked of a graph: each is refused with the same sentence. */
export function refusingStep(sentence: string, dispose: () => void): TrainingStep {
  const refuse = (): never => {
    throw new Refusal(sentence);
  };
  return {
    kind: 'eager',
    train: refuse,
    evaluate: refuse,
    predict: refuse,
    activations: refuse,
    state: refuse,
    restore: refuse,
    network: refuse,
    dispose,
  };
}
