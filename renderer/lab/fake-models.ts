/**
 * Models that the simulated lab can open: whatever the file, the network is a small LeNet. A path that holds `missing`
 * or `broken` is refused; one that holds `scaled` says how it reads pixels.
 */
import { Refusal } from '#shared/errors';
import type { CardLayer, FilePart, ModelAnswers, ModelCard, ModelsApi, RecentModel } from '#shared/models';
import { modelSpec, usualPreprocessing, type ModelSpec, type OpenedModelSpec } from '#shared/spec';

export function fakeOpenedSpec({ name }: Pick<OpenedModelSpec, 'name'>): ModelSpec {
  return modelSpec.parse({
    name,
    layers: [
      { kind: 'conv2d', filters: 6, kernelSize: 5, activation: 'tanh' },
      { kind: 'averagePooling2d' },
      { kind: 'conv2d', filters: 16, kernelSize: 5, activation: 'tanh' },
      { kind: 'flatten' },
      { kind: 'dense', units: 'classes', activation: 'softmax' },
    ],
  });
}

/** What the simulated lab knows of models. */
export class FakeModels implements ModelsApi {
  readonly #recent: RecentModel[] = [];
  readonly #answers = new Map<string, ModelAnswers>();
  readonly #uploads = new Map<string, FilePart[]>();

  async openModel(path: string): Promise<ModelCard> {
    if (path.includes('missing'))
      throw new Refusal(`There is no model ${path}; name a file or a folder that exists.`);
    if (path.includes('broken'))
      throw new Refusal(`${path}: weights.bin holds 1,024 bytes where 44,512 are due.`);
    const card = fakeCard(path, this.#answers.get(path) ?? null);
    const { file, name, format, parameters } = card;
    const others = this.#recent.filter((model) => model.file !== file);
    this.#recent.splice(0, this.#recent.length, {
      file,
      name,
      format,
      parameters,
      openedAt: new Date().toISOString(),
    });
    this.#recent.push(...others);
    return card;
  }

  async describeModel(answers: ModelAnswers): Promise<ModelCard> {
    this.#answers.set(answers.file, answers);
    return fakeCard(answers.file, answers);
  }

  async recentModels(): Promise<readonly RecentModel[]> {
    return [...this.#recent];
  }

  async forgetModel(path: string): Promise<void> {
    const index = this.#recent.findIndex(({ file }) => file === path);
    if (index !== -1) this.#recent.splice(index, 1);
  }

  async receiveFile(part: FilePart): Promise<void> {
    const parts = this.#uploads.get(part.upload) ?? [];
    this.#uploads.set(part.upload, [...parts, part]);
  }

  async finishUpload(upload: string): Promise<string> {
    const first = this.#uploads.get(upload)?.[0];
    if (first === undefined) throw new Refusal('No file of this upload has arrived; drop it once more.');
    return `received/${first.path.split('/')[0] ?? ''}`;
  }
}

function fakeCard(file: string, answers: ModelAnswers | null): ModelCard {
  const named = file.split('/').at(-1) ?? '';
  const scaled = file.includes('scaled');
  return {
    file,
    name: named.replace(/\.\w+$/, '').toLowerCase(),
    format: 'Keras 3 archive',
    producer: 'Keras',
    version: '3.12.0',
    kind: 'layers',
    parameters: 12_726,
    weightBytes: 50_904,
    activationBytes: 24_872,
    flops: 523_100,
    inputShape: [28, 28, 1],
    images: [28, 28, 1],
    preprocessing: answers?.preprocessing ?? { ...usualPreprocessing, range: scaled ? [0, 255] : [0, 1] },
    preprocessingFrom: (answers?.preprocessing ?? null) !== null ? 'remembered' : scaled ? 'file' : 'assumed',
    outputs: [{ name: 'dense', shape: [10] }],
    classes: answers?.classes ?? null,
    classesFrom: (answers?.classes ?? null) === null ? 'assumed' : 'remembered',
    layers: [
      layer('conv2d', 'Conv2D', [24, 24, 6], ['input'], [5, 5, 1, 6]),
      layer('average_pooling2d', 'AveragePooling2D', [12, 12, 6], ['conv2d']),
      layer('conv2d_1', 'Conv2D', [8, 8, 16], ['average_pooling2d'], [5, 5, 6, 16]),
      {
        ...layer('whiten', 'Lambda', null, ['conv2d_1']),
        problem: 'holds Python code, which is never run',
      },
      layer('flatten', 'Flatten', [1024], ['conv2d_1']),
      layer('dense', 'Dense', [10], ['flatten'], [1024, 10]),
    ],
    weightedLayers: 3,
    untrainable: null,
    notes: ['The layer whiten (Lambda) holds Python code, which is never run.'],
  };
}

/** @param kernel the shape of its kernel, whose last size is that of its bias */
function layer(
  name: string,
  type: string,
  outputShape: readonly number[] | null,
  inputs: readonly string[],
  kernel: readonly number[] = [],
): CardLayer {
  const units = kernel.at(-1) ?? 0;
  const parameters = units === 0 ? 0 : kernel.reduce((product, size) => product * size, 1) + units;
  const statistics = { least: -0.31, mean: 0.002, largest: 0.29, deviation: 0.11 };
  const held = [
    { name: 'kernel', shape: kernel, statistics },
    { name: 'bias', shape: [units], statistics: null },
  ];
  return {
    name,
    type,
    outputShape,
    parameters,
    flops: parameters * 2,
    problem: null,
    inputs,
    attributes: type === 'Conv2D' ? [{ name: 'kernel size', value: '5 × 5' }] : [],
    weights: units === 0 ? [] : held,
    within: 0,
  };
}
