import path from 'node:path';
import type { FactOrigin, ModelCard } from '#shared/models';
import { Refusal } from '#shared/errors';
import type { ImageShape } from '#shared/images';
import { usualPreprocessing, type Preprocessing } from '#shared/spec';
import { imageShapeOf } from '../../model/image-network/adapt-input';
import { whyIncomplete, type OpenedModel, type OpenedNetwork } from '../../model/opened-model';
import { summarizeOpened } from '../../model/opened-summary';
import { boundedLayers } from './bounded-layers';

const bytesOfNumber = 4;

/** What is known of a model beside its file. */
export interface KnownOfModel {
  readonly preprocessing: Preprocessing | null;
  readonly classes: readonly string[] | null;
}

/** Describes an opened model for the window. */
export function cardOf(file: string, model: OpenedModel, known: KnownOfModel): ModelCard {
  const { network } = model;
  const { format, producer, version, parameters, flops, inputShape, notes, ...summary } =
    summarizeOpened(model);
  const { layers, cut } = boundedLayers(summary.layers);
  const preprocessing = known.preprocessing ?? model.preprocessing;
  const classes = known.classes ?? model.classes;
  return {
    file,
    name: recipeName(file),
    format,
    producer,
    version,
    kind: network.kind,
    parameters,
    weightBytes: parameters * bytesOfNumber,
    activationBytes: activationBytes(layers.map(({ outputShape }) => outputShape)),
    flops,
    inputShape,
    images: imagesOf(inputShape),
    preprocessing: preprocessing ?? usualPreprocessing,
    preprocessingFrom: originOf(known.preprocessing, model.preprocessing),
    outputs: outputsOf(network),
    classes,
    classesFrom: originOf(known.classes, model.classes),
    layers,
    weightedLayers:
      network.kind === 'layers' ? network.model.layers.filter(({ weights }) => weights.length > 0).length : 0,
    untrainable: untrainable(network),
    notes: cut === 0 ? notes : [...notes, leftOut(cut)],
  };
}

function leftOut(cut: number): string {
  return `What its last ${cut.toLocaleString('en-US')} layers read, hold and are set to is left out: there are too many.`;
}

/** Why nobody can train the network, whatever the data; `null` for one that can be trained. */
export function untrainable(network: OpenedNetwork): string | null {
  if (network.kind === 'graph') {
    return 'The network runs as a graph: it can be looked into and evaluated, but not trained.';
  }
  const why = whyIncomplete(network);
  return why === null ? null : `The network cannot be trained, as ${why}.`;
}

/** A file's name as recipes and runs call the model. */
export function recipeName(file: string): string {
  const named = path.basename(path.resolve(file)).replace(/\.(h5|hdf5|keras|onnx|json|pb)$/i, '');
  // `model.json` says less than the folder that it lies in.
  const telling = named === 'model' ? path.basename(path.dirname(path.resolve(file))) : named;
  const allowed = telling.toLowerCase().replace(/[^a-z0-9_-]+/g, '-');
  return allowed.replace(/^[^a-z0-9]+/, '').slice(0, 64) || 'model';
}

function originOf(remembered: unknown, inFile: unknown): FactOrigin {
  if (remembered !== null) return 'remembered';
  return inFile === null ? 'assumed' : 'file';
}

function imagesOf(inputShape: readonly (number | null)[]): ImageShape | null {
  try {
    return imageShapeOf(inputShape);
  } catch (thrown) {
    if (thrown instanceof Refusal) return null;
    throw thrown;
  }
}

function outputsOf(network: OpenedNetwork): ModelCard['outputs'] {
  if (network.kind === 'layers') {
    const { outputNames, outputs } = network.model;
    return outputs.map(({ shape }, index) => ({ name: outputNames[index] ?? '', shape: shape.slice(1) }));
  }
  return network.outputs.map((name) => {
    const found = network.layers.find((layer) => layer.name === name);
    return { name, shape: found?.shape?.slice(1) ?? null };
  });
}

function activationBytes(shapes: readonly (readonly (number | null)[] | null)[]): number | null {
  const sizes = shapes.map((shape) =>
    shape === null || shape.includes(null)
      ? null
      : (shape as readonly number[]).reduce((product, size) => product * size, 1),
  );
  return sizes.includes(null)
    ? null
    : (sizes as readonly number[]).reduce((sum, size) => sum + size, 0) * bytesOfNumber;
}
