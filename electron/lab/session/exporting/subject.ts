import path from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import type { ExportSubject } from '#shared/export';
import { Refusal } from '#shared/errors';
import type { ImageSet, ImageShape } from '#shared/images';
import { usualPreprocessing, type DataSpec, type Preprocessing } from '#shared/spec';
import { once, type OpeningWatch } from '../../data/data-set';
import { openData } from '../../data/open';
import type { ProbedNetwork } from '../../engine/training-step';
import { imageNetwork } from '../../model/image-network/image-network';
import { openModel } from '../../model/open';
import type { OpenedModel } from '../../model/opened-model';
import { checkpointFolder } from '../../runs/checkpoint';
import { isRunFolder, readRunSpec, type RunSpec } from '../../runs/run-folder';
import { contentHash } from '../models/content-hash';
import { GraphProbe, isGraph, type OpenedGraph } from '../models/graph-network';
import { checkpointOf } from '../open-run';
import { modelHash } from './model-hash';

/** A network to export from. */
interface Subject {
  /** With all that was left open filled in. */
  readonly subject: ExportSubject;
  /** For titles and names of files. */
  readonly name: string;
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

/** A network of layers, of which everything can be exported. */
export interface LayersSubject extends Subject {
  readonly kind: 'layers';
  /** Reads images in [0, 1]. */
  readonly model: tf.LayersModel;
}

/** A network that runs as a graph: what its operations make of an image can be exported. */
export interface GraphSubject extends Subject {
  readonly kind: 'graph';
  readonly probed: ProbedNetwork;
}

export type OpenedSubject = LayersSubject | GraphSubject;

/** Throws a `Refusal` for what needs layers where there are none. */
export function withLayers(opened: OpenedSubject): LayersSubject {
  if (opened.kind === 'layers') return opened;
  throw new Refusal(
    `${opened.name} runs as a graph, without layers whose weights could be told apart: feature maps can be exported of ` +
      `it; for more, convert it to Keras or TensorFlow.js layers.`,
  );
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
  const model = layersOf(await openModel(checkpoint), usualPreprocessing);
  return {
    kind: 'layers',
    subject: { ...subject, checkpoint: path.basename(checkpoint) },
    name: path.basename(path.resolve(folder)),
    ...described(model),
    classes: spec.classes,
    run: { folder, spec },
    testImages: testImagesOf(subject.data ?? spec.recipe.data, spec.inputShape),
    dispose: () => {
      model.dispose();
    },
  };
}

async function openModelSubject(file: string, subject: ExportSubject): Promise<OpenedSubject> {
  const name = path.basename(path.resolve(file)).replace(/\.[a-z0-9]+$/i, '');
  const opened = await openModel(file);
  const facts = { subject, name, classes: opened.classes, run: null };
  const preprocessing = subject.preprocessing ?? opened.preprocessing ?? usualPreprocessing;
  if (!isGraph(opened)) {
    const model = layersOf(opened, preprocessing);
    const about = described(model);
    return {
      ...facts,
      ...about,
      kind: 'layers',
      testImages: testImagesOf(subject.data, about.inputShape),
      dispose: () => {
        model.dispose();
      },
    };
  }
  const modelSha256 = await contentHash(file);
  const probed = await graphOf(opened, preprocessing, name);
  const { inputShape } = probed;
  return {
    ...facts,
    kind: 'graph',
    probed,
    inputShape,
    modelSha256,
    testImages: testImagesOf(subject.data, inputShape),
    dispose: () => {
      probed.dispose();
    },
  };
}

/** Of an opened model, which is then disposed of. */
function layersOf(opened: OpenedModel, preprocessing: Preprocessing): tf.LayersModel {
  try {
    const { network } = opened;
    if (network.kind === 'graph') throw new Error('A checkpoint is of layers.');
    return imageNetwork(network, { images: null, preprocessing, trainableLayers: null, newHead: null }).model;
  } finally {
    opened.dispose();
  }
}

async function graphOf(opened: OpenedGraph, preprocessing: Preprocessing, name: string): Promise<GraphProbe> {
  try {
    return await GraphProbe.open(opened, null, preprocessing, name);
  } catch (thrown) {
    opened.dispose();
    throw thrown;
  }
}

function described(model: tf.LayersModel): Pick<LayersSubject, 'model' | 'inputShape' | 'modelSha256'> {
  const [height, width, channels] = model.inputs[0]?.shape.slice(1) as [number, number, number];
  return { model, inputShape: [height, width, channels], modelSha256: modelHash(model) };
}

function testImagesOf(data: DataSpec | null, wanted: ImageShape): OpenedSubject['testImages'] {
  return once(async (watch) => {
    if (data === null) {
      throw new Refusal('A model has no test images of its own; name data with --data, or an image file.');
    }
    const images = await (await openData(data, watch)).test(watch);
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
