/**
 * A lab without a lab: the whole contract with a simulated training, for component tests and for working on the
 * window without an engine. A folder whose name holds `missing` is refused, `broken` fails while it is opened.
 */
import type {
  EpochMetrics,
  Evaluation,
  LabApi,
  LabDescription,
  MetricsUpdate,
  NetworkInfo,
  ProbeChoice,
  Progress,
  RunInfo,
  RunListing,
  SampleRange,
  Samples,
  Session,
  Snapshot,
  WindowApi,
} from '#shared/api';
import { Refusal } from '#shared/errors';
import type { Frame, ProbeSource } from '#shared/frames';
import { sliceImages } from '#shared/images';
import type { ModelSpec, Recipe } from '#shared/spec';
import { fakeDescription } from './fake-description';
import { fakeDigits } from './fake-images';
import { fakeFrame, summarizeFake } from './fake-network';
import {
  accuracyOf,
  batchAccuracy,
  batchLoss,
  epochEnding,
  fakeEvaluation,
  lossAt,
  noiseAt,
} from './fake-training';

const digitNames = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
const clothingNames = 'T-shirt/top Trouser Pullover Dress Coat Sandal Shirt Sneaker Bag Ankle-boot'.split(
  ' ',
);
const testImages = 10_000;
/** So many are drawn; the others repeat them. */
const drawnImages = 200;
const tickMilliseconds = 60;
const stepMilliseconds = 15;

export class FakeLab implements LabApi {
  #session: Session = { phase: 'empty' };
  #window: WindowApi | null = null;
  #probe: { source: ProbeSource; pixels: Uint8Array };
  #loss: number[] = [];
  #accuracy: number[] = [];
  #epochs: EpochMetrics[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;
  #frameUnderWay = false;
  #runs = 0;
  #preparations = 0;
  readonly #samples = fakeDigits(drawnImages);

  constructor() {
    this.#probe = this.#sample(0);
  }

  /** Ends every timer, as the death of the lab's process would. */
  dispose(): void {
    clearInterval(this.#timer);
    this.#window = null;
  }

  attach(window: WindowApi): void {
    this.#window = window;
  }

  async describe(): Promise<LabDescription> {
    return fakeDescription;
  }

  async join(): Promise<Snapshot> {
    return { session: this.#session, metrics: this.#metricsFrom(0, this.#epochs), frame: this.#frame() };
  }

  async summarize(model: ModelSpec) {
    return summarizeFake(model);
  }

  async prepare(recipe: Recipe): Promise<void> {
    this.#refuseMissing(recipe);
    clearInterval(this.#timer);
    this.#clear();
    const preparation = ++this.#preparations;
    this.#change({ phase: 'preparing', recipe, task: { label: 'Drawing digits', fraction: 0.4 } });
    await pause(120);
    if (preparation !== this.#preparations) return;
    if (folderOf(recipe)?.includes('broken') === true) {
      const message = `${folderOf(recipe)}/train-images-idx3-ubyte.gz ends after 1,024 of 47,040,016 bytes.`;
      this.#change({ phase: 'failed', recipe, problem: { kind: 'refusal', message, detail: null } });
      return;
    }
    this.#change({ phase: 'ready', recipe, network: networkOf(recipe) });
    this.#sendFrame();
  }

  async train(recipe: Recipe): Promise<void> {
    if (this.#session.phase === 'training' || this.#session.phase === 'paused')
      throw new Refusal('A run is under way: stop it before another is started.');
    await this.prepare(recipe);
    if (this.#session.phase !== 'ready') return;
    this.#runs++;
    const id = `${String(this.#runs).padStart(4, '0')}-${recipe.data.source}-${recipe.model.name}`;
    const run: RunInfo = { id, folder: `runs/${id}`, startedAt: new Date().toISOString() };
    this.#change({ phase: 'training', recipe, network: networkOf(recipe), run });
    this.#timer = setInterval(() => {
      this.#tick();
    }, tickMilliseconds);
  }

  async resumeRun(): Promise<void> {
    throw new Refusal('The simulated lab keeps no runs that could be resumed.');
  }

  async runs(): Promise<readonly RunListing[]> {
    return [];
  }

  async setLearningRate(): Promise<void> {
    if (this.#session.phase !== 'training') throw new Refusal('No run is under way.');
  }

  async pause(): Promise<void> {
    if (this.#session.phase === 'training')
      this.#change({ ...this.#session, phase: 'paused', problem: null });
  }

  async resume(): Promise<void> {
    if (this.#session.phase !== 'paused') return;
    const { recipe, network, run } = this.#session;
    this.#change({ phase: 'training', recipe, network, run });
  }

  async stop(): Promise<void> {
    if (this.#session.phase === 'preparing') {
      this.#preparations++;
      this.#change({ phase: 'empty' });
    } else this.#finish('stopped');
  }

  async probe(choice: ProbeChoice): Promise<void> {
    this.#probe =
      choice.kind === 'sample'
        ? this.#sample(choice.index)
        : { source: { kind: 'drawing' }, pixels: shrink(choice.pixels, choice.side) };
    this.#sendFrame();
  }

  async samples({ from, count }: SampleRange): Promise<Samples> {
    const first = from % this.#samples.count;
    const images = sliceImages(this.#samples, first, Math.min(first + count, this.#samples.count));
    return { from, total: testImages, ...images };
  }

  async evaluate(): Promise<Evaluation> {
    if (!('network' in this.#session))
      throw new Refusal('There is no network to evaluate; prepare one first.');
    const { network } = this.#session;
    return fakeEvaluation(this.#loss.length, network.testImages, network.classes.length);
  }

  #tick(): void {
    if (this.#session.phase !== 'training') return;
    const { recipe, network } = this.#session;
    const first = this.#loss.length;
    const perEpoch = Math.ceil(network.trainingImages / recipe.training.batchSize);
    const last = Math.min(first + tickMilliseconds / stepMilliseconds, perEpoch * recipe.training.epochs);
    const epochs: EpochMetrics[] = [];
    for (let step = first; step < last; step++) {
      this.#loss.push(batchLoss(step));
      this.#accuracy.push(batchAccuracy(step));
      if ((step + 1) % perEpoch === 0)
        epochs.push(epochEnding(step, perEpoch, recipe.training.optimizer.learningRate));
    }
    this.#epochs.push(...epochs);
    this.#window?.metricsArrived(this.#metricsFrom(first, epochs));
    this.#sendFrame();
    if (last === perEpoch * recipe.training.epochs) this.#finish('completed');
  }

  #finish(ended: 'completed' | 'stopped'): void {
    clearInterval(this.#timer);
    if (!('run' in this.#session)) return;
    const { recipe, network, run } = this.#session;
    const loss = lossAt(this.#loss.length);
    this.#change({
      phase: 'finished',
      recipe,
      network,
      run,
      result: {
        engine: fakeDescription.engine.engine,
        parameters: network.summary.parameters,
        testLoss: loss,
        testAccuracy: accuracyOf(loss),
        imagesPerSecond: 4267,
        ended,
      },
    });
  }

  #metricsFrom(firstStep: number, epochs: readonly EpochMetrics[]): MetricsUpdate {
    return {
      firstStep,
      loss: Float32Array.from(this.#loss.slice(firstStep)),
      accuracy: Float32Array.from(this.#accuracy.slice(firstStep)),
      epochs,
      progress: this.#progress(),
    };
  }

  #progress(): Progress | null {
    if (!('run' in this.#session)) return null;
    const { recipe, network } = this.#session;
    const stepsPerEpoch = Math.ceil(network.trainingImages / recipe.training.batchSize);
    const done = this.#loss.length;
    const epoch = Math.min(Math.floor(done / stepsPerEpoch) + 1, recipe.training.epochs);
    const left = stepsPerEpoch * recipe.training.epochs - done;
    return {
      epoch,
      epochs: recipe.training.epochs,
      step: done - (epoch - 1) * stepsPerEpoch,
      stepsPerEpoch,
      learningRate: recipe.training.optimizer.learningRate,
      imagesPerSecond: done === 0 ? null : 4267 + 90 * noiseAt(done),
      secondsLeft: done === 0 ? null : (left * stepMilliseconds) / 1000,
    };
  }

  #sample(index: number): { source: ProbeSource; pixels: Uint8Array } {
    const image = sliceImages(this.#samples, index % drawnImages, (index % drawnImages) + 1);
    return { source: { kind: 'sample', index, label: image.labels[0] ?? 0 }, pixels: image.pixels };
  }

  #frame(): Frame | null {
    if (!('network' in this.#session)) return null;
    const step = this.#loss.length;
    return fakeFrame(this.#session.network.summary, {
      step,
      epoch: this.#progress()?.epoch ?? 0,
      probe: this.#probe.source,
      pixels: this.#probe.pixels,
      skill: 1 - Math.exp(-step / 400),
    });
  }

  /** Drops frames while the window is busy with the last one, as the lab does. */
  #sendFrame(): void {
    const frame = this.#frameUnderWay ? null : this.#frame();
    if (frame === null || this.#window === null) return;
    this.#frameUnderWay = true;
    void Promise.resolve(this.#window.frameArrived(frame)).finally(() => {
      this.#frameUnderWay = false;
    });
  }

  #clear(): void {
    this.#loss = [];
    this.#accuracy = [];
    this.#epochs = [];
  }

  #change(session: Session): void {
    this.#session = session;
    this.#window?.sessionChanged(session);
  }

  #refuseMissing(recipe: Recipe): void {
    const folder = folderOf(recipe);
    if (folder?.includes('missing') === true)
      throw new Refusal(`The folder ${folder} does not exist: name one that holds the four IDX files.`);
  }
}

function folderOf({ data }: Recipe): string | null {
  return data.source === 'digits' ? null : data.folder;
}

function networkOf({ model, data, training }: Recipe): NetworkInfo {
  const images = Math.min(60_000, data.limit ?? Infinity);
  const validationImages = Math.floor(images * training.validationSplit);
  return {
    summary: summarizeFake(model),
    classes: data.source === 'fashion-mnist' ? clothingNames : digitNames,
    trainingImages: images - validationImages,
    validationImages,
    testImages: Math.min(testImages, data.limit ?? Infinity),
    step: 'eager',
  };
}

/** A drawing as 28 x 28 by taking means. */
function shrink(pixels: Uint8Array, side: number): Uint8Array {
  const sums = new Float32Array(28 * 28);
  pixels.forEach((pixel, index) => {
    const y = Math.floor((Math.floor(index / side) * 28) / side);
    const x = Math.floor(((index % side) * 28) / side);
    sums[y * 28 + x] = (sums[y * 28 + x] ?? 0) + pixel;
  });
  return Uint8Array.from(sums, (sum) => sum / (side / 28) ** 2);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
