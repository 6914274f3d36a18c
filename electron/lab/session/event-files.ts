import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { EpochMetrics } from '#shared/api';
import type { LayerActivation } from '#shared/frames';
import { imageSize } from '#shared/images';
import type { NamedTensor } from '#shared/tensors';
import { contactSheet } from '../export/contact-sheet';
import type { SummaryValue } from '../export/tensorboard/event';
import { EventFile } from '../export/tensorboard/event-file';
import { histogram } from '../export/tensorboard/histogram';
import { images } from '../export/tensorboard/image';
import { scalar } from '../export/tensorboard/scalar';
import type { TrainedBatch } from '../training/trainer';
import { runFiles } from '../runs/run-folder';
import type { Bench } from './bench';

/** The first so many test images are shown to the network when pictures are taken. */
const imagesShown = 4;
/** Batches are gathered for this long. */
const gatherMilliseconds = 5000;

/**
 * What TensorBoard shows of a run, under the names that Keras's TensorBoard callback uses (keras/src/callbacks/
 * tensorboard.py): `train/` and `validation/` with `batch_*` and `epoch_*`, `epoch_learning_rate`, and
 * `<weight>/histogram`. Unlike there, every step counts batches, so that TensorBoard can tell which events a run that
 * goes on from a checkpoint will repeat.
 */
export class EventFiles {
  readonly #folder: string;
  readonly #bench: Bench;
  readonly #training: EventFile;
  readonly #validation: EventFile;
  readonly #convolutions: ReadonlySet<string>;
  #drawnStep = -1;
  #flushedAt = performance.now();

  /** @param firstStep the first that is still to be told; what older event files tell of it and later ones is void */
  constructor(runFolder: string, bench: Bench, firstStep: number) {
    this.#folder = path.join(runFolder, runFiles.tensorboard);
    this.#bench = bench;
    this.#training = new EventFile(path.join(this.#folder, 'train'), firstStep);
    this.#validation = new EventFile(path.join(this.#folder, 'validation'), firstStep);
    this.#convolutions = new Set(
      bench.info.summary.layers.filter(({ type }) => type.includes('Conv')).map(({ name }) => name),
    );
  }

  batchTrained({ step, loss, accuracy }: Pick<TrainedBatch, 'step' | 'loss' | 'accuracy'>): void {
    this.#training.add(step, [scalar('batch_loss', loss), scalar('batch_accuracy', accuracy)]);
  }

  epochEnded(metrics: EpochMetrics, step: number): void {
    const { loss, accuracy, learningRate, validationLoss, validationAccuracy } = metrics;
    this.#training.add(step, [
      scalar('epoch_loss', loss),
      scalar('epoch_accuracy', accuracy),
      scalar('epoch_learning_rate', learningRate),
    ]);
    if (validationLoss === null || validationAccuracy === null) return;
    this.#validation.add(step, [
      scalar('epoch_loss', validationLoss),
      scalar('epoch_accuracy', validationAccuracy),
    ]);
  }

  /**
   * How the weights are spread, and what the convolutions make of the first test images. A second call at the same step
   * changes nothing.
   * @param weights as they are now, all finite
   */
  networkKept(step: number, weights: readonly NamedTensor[]): void {
    if (step === this.#drawnStep) return;
    this.#drawnStep = step;
    this.#training.add(step, [
      ...weights.map(({ name, values }) => histogram(`${name}/histogram`, values)),
      ...this.#featureMaps(),
    ]);
  }

  async flushWhenDue(): Promise<void> {
    if (performance.now() - this.#flushedAt >= gatherMilliseconds) await this.flush();
  }

  /** Rejects when the disk does, with all kept for the next try. */
  async flush(): Promise<void> {
    this.#flushedAt = performance.now();
    if (!existsSync(this.#folder)) await mkdir(this.#folder);
    await this.#training.flush();
    await this.#validation.flush();
  }

  #featureMaps(): readonly SummaryValue[] {
    const { step, test } = this.#bench;
    const size = imageSize(test.shape);
    const shown = Math.min(imagesShown, test.count);
    const seen = Array.from({ length: shown }, (_, image) =>
      step
        .activations(test.pixels.subarray(image * size, (image + 1) * size))
        .layers.filter(({ name }) => this.#convolutions.has(name)),
    );
    return (seen[0] ?? []).map(({ name }, layer) =>
      images(
        `${name}/feature_maps`,
        seen.map((layers) => contactSheet(layers[layer] as LayerActivation)),
        `The feature maps of ${name} for the first ${shown} test images, one tile a channel, ` +
          'from the least value (black) to the greatest (white) of each image.',
      ),
    );
  }
}
