import type * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import { nearestName } from './nearest-name';

/** Layers whose output is feature maps: height x width x channels. */
export function layersWithChannels(model: tf.LayersModel): readonly tf.layers.Layer[] {
  return model.layers.filter((layer) => layer.getClassName() !== 'InputLayer' && hasChannels(layer));
}

/** Layers that hold kernels of several cells: convolutions of two dimensions. */
export function layersWithKernels(model: tf.LayersModel): readonly tf.layers.Layer[] {
  return layersWithChannels(model).filter((layer) => layer.weights.some(({ shape }) => shape.length === 4));
}

/** A layer by its name. Throws a `Refusal` that names the nearest and all. */
export function layerNamed(model: tf.LayersModel, name: string): tf.layers.Layer {
  const found = model.layers.find((layer) => layer.name === name);
  if (found !== undefined) return found;
  const names = model.layers
    .filter((layer) => layer.getClassName() !== 'InputLayer')
    .map((layer) => layer.name);
  const nearest = nearestName(name, names);
  throw new Refusal(
    `The network has no layer ${name}${nearest === null ? '' : `; did you mean ${nearest}?`} Its layers are ` +
      `${names.join(', ')}.`,
  );
}

/** One layer with channels by its name, or all. Throws a `Refusal` for one without. */
export function chosenLayers(model: tf.LayersModel, name: string | null): readonly tf.layers.Layer[] {
  const all = layersWithChannels(model);
  if (name === null) {
    if (all.length === 0)
      throw new Refusal('No layer of the network has channels: there are no maps to export.');
    return all;
  }
  const layer = layerNamed(model, name);
  if (!hasChannels(layer)) throw new Refusal(withoutChannels(layer, all));
  return [layer];
}

function hasChannels(layer: tf.layers.Layer): boolean {
  return outputShapeOf(layer).length === 3;
}

function withoutChannels(layer: tf.layers.Layer, others: readonly tf.layers.Layer[]): string {
  const shape = outputShapeOf(layer).map((size) => size ?? 'any');
  const have = others.map(({ name }) => name);
  const instead =
    have.length === 0 ? 'no layer of the network has any' : `those of ${have.join(', ')} are there`;
  return `The layer ${layer.name} (${layer.getClassName()}) gives ${shape.join(' x ')} values, not channels; ${instead}.`;
}

/** Without the batch; of a layer that is called more than once, what its first call gives. */
export function outputShapeOf(layer: tf.layers.Layer): readonly (number | null)[] {
  const [first] = [layer.getOutputAt(0)].flat();
  return first?.shape.slice(1) ?? [];
}
