import path from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import type { ExportSubject } from '#shared/export';
import { Refusal } from '#shared/errors';
import type { ImageSet, ImageShape } from '#shared/images';
import { usualPreprocessing, type DataSpec } from '#shared/spec';
import { once, type OpeningWatch } from '../../data/data-set';
import { openData } from '../../data/open';
import { imageNetwork } from '../../model/image-network/image-network';
import { openModel } from '../../model/open';
import { checkpointFolder } from '../../runs/checkpoint';
import { isRunFolder, readRunSpec, type RunSpec } from '../../runs/run-folder';
import { checkpointOf } from '../open-run';
import { modelHash } from './model-hash';

/** A network to export from. */
export interface OpenedSubject {
  /** With all that was left open filled in. */
  readonly subject: ExportSubject;
  /** For titles and names of files. */
  readonly name: string;
  /** Reads images in [0, 1]. */
  readonly model: tf.LayersModel;
  readonly inputShape: ImageShape;
  /** Names of the classes; `null` where nobody tells them. */
  readonly classes: readonly string[] | null;
  readonly modelSha256: string;
  /** `null` for a model that is no run's. */
  readonly run: { readonly folder: string; readonly spec: RunSpec } | null;
  /** The test images. Throws a `Refusal` where there is no data. */
  testImages(watch: OpeningWatch): Promise<ImageSet>;
  dispose(): void;
}

/** Opens the network of a run's checkpoint, or of a model's file. The caller disposes of it. */
export async function openSubject(subject: ExportSubject): Promise<OpenedSubject> {
  const { path: from } = subject;
  if (from === null)
    throw new Refusal('The network of the recipe was never kept: it cannot be opened again.');
  return (await isRunFolder(from)) ? openRunSubject(from, subject) : openModelSubject(from, subject);
}

async function openRunSubject(folder: string, subject: ExportSubject): Promise<OpenedSubject> {
  const spec = await readRunSpec(folder);
  const checkpoint =
    subject.checkpoint === null ? await checkpointOf(folder) : checkpointFolder(folder, subject.checkpoint);
  const { model } = await layersOf(checkpoint, { ...subject, preprocessing: usualPreprocessing });
  return {
    subject: { ...subject, checkpoint: path.basename(checkpoint) },
    name: path.basename(path.resolve(folder)),
    ...described(model),
    classes: spec.classes,
    run: { folder, spec },
    testImages: testImagesOf(subject.data ?? spec.recipe.data, model),
    dispose: () => {
      model.dispose();
    },
  };
}

async function openModelSubject(file: string, subject: ExportSubject): Promise<OpenedSubject> {
  const { model, classes } = await layersOf(file, subject);
  return {
    subject,
    name: path.basename(path.resolve(file)).replace(/\.[a-z0-9]+$/i, ''),
    ...described(model),
    classes,
    run: null,
    testImages: testImagesOf(subject.data, model),
    dispose: () => {
      model.dispose();
    },
  };
}

async function layersOf(
  file: string,
  { preprocessing }: Pick<ExportSubject, 'preprocessing'>,
): Promise<{ readonly model: tf.LayersModel; readonly classes: readonly string[] | null }> {
  const opened = await openModel(file);
  try {
    const { network, classes } = opened;
    if (network.kind === 'graph') {
      throw new Refusal(
        `${file} runs as a graph, whose layers cannot be told apart for an export; convert it to Keras or TensorFlow.js ` +
          `layers.`,
      );
    }
    const { model } = imageNetwork(network, {
      images: null,
      preprocessing: preprocessing ?? opened.preprocessing ?? usualPreprocessing,
      trainableLayers: null,
      newHead: null,
    });
    return { model, classes };
  } finally {
    opened.dispose();
  }
}

function described(model: tf.LayersModel): Pick<OpenedSubject, 'model' | 'inputShape' | 'modelSha256'> {
  const [height, width, channels] = model.inputs[0]?.shape.slice(1) as [number, number, number];
  return { model, inputShape: [height, width, channels], modelSha256: modelHash(model) };
}

function testImagesOf(data: DataSpec | null, model: tf.LayersModel): OpenedSubject['testImages'] {
  return once(async (watch) => {
    if (data === null) {
      throw new Refusal('A model has no test images of its own; name data with --data, or an image file.');
    }
    const images = await (await openData(data, watch)).test(watch);
    const wanted = model.inputs[0]?.shape.slice(1) ?? [];
    if (wanted.join() !== images.shape.join()) {
      throw new Refusal(
        `The network reads images of ${wanted.join(' x ')}, but those of the data are ${images.shape.join(' x ')}; ` +
          `name other data.`,
      );
    }
    return images;
  });
}

/** Test images as evidence of which filters are dead, where there are some. */
export async function testImagesIfAny(opened: OpenedSubject, watch: OpeningWatch): Promise<ImageSet | null> {
  if (opened.run === null && opened.subject.data === null && opened.subject.path !== null) return null;
  const images = await opened.testImages(watch);
  return images.count === 0 ? null : images;
}
