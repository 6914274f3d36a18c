/**
 * Weights of an earlier network for those layers of a new one that did not change. Which ones these are is told by
 * docs/decisions/0016-kept-weights.md.
 */
import type * as tf from '@tensorflow/tfjs';
import type { InitialWeights } from '#shared/api';
import { Refusal } from '#shared/errors';
import type { InitialWeightsSpec } from '#shared/spec';
import { openModel } from '../model/open';
import { isRunFolder } from '../runs/run-folder';
import { checkpointOf } from './open-run';

/** Copies the weights that fit into `model`. Throws a `Refusal` that names the path where there are none to copy. */
export async function keepWeights(
  model: tf.LayersModel,
  { path }: InitialWeightsSpec,
): Promise<InitialWeights> {
  const opened = await openModel((await isRunFolder(path)) ? await checkpointOf(path) : path);
  try {
    const { network } = opened;
    if (network.kind !== 'layers') {
      throw new Refusal(`${path} runs as a graph, whose weights belong to no layer; name a model of layers.`);
    }
    return copyUnchanged(network.model, model, path);
  } finally {
    opened.dispose();
  }
}

/** For the log: `Weights of runs/0007-digits-seed kept: conv2d, conv2d_1; fresh: dense.` */
export function keptSentence({ path, kept, fresh }: InitialWeights): string {
  const list = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));
  return `Weights of ${path} kept: ${list(kept)}; fresh: ${list(fresh)}.`;
}

function copyUnchanged(from: tf.LayersModel, to: tf.LayersModel, path: string): InitialWeights {
  const [former, present] = [weighted(from), weighted(to)];
  const source = unchanged(former.map(signature), present.map(signature));
  const kept: string[] = [];
  const fresh: string[] = [];
  present.forEach((layer, index) => {
    const layerBefore = former[source[index] ?? -1];
    if (layerBefore === undefined) {
      fresh.push(layer.name);
      return;
    }
    // Copies: the layers hold on to values, not to these tensors.
    layer.setWeights(layerBefore.getWeights());
    kept.push(layer.name);
  });
  return { path, kept, fresh };
}

function weighted(model: tf.LayersModel): readonly tf.layers.Layer[] {
  return model.layers.filter((layer) => layer.weights.length > 0);
}

/** Settings that change what a layer's weights mean. */
const meaningful = ['strides', 'padding', 'dilationRate', 'depthMultiplier', 'activation'] as const;

/** Equal for layers that compute the same of the same weights. Names and regularizers do not matter. */
function signature(layer: tf.layers.Layer): string {
  const config = layer.getConfig();
  return JSON.stringify([
    layer.getClassName(),
    layer.weights.map(({ shape }) => shape),
    meaningful.map((setting) => config[setting] ?? null),
  ]);
}

/**
 * For each layer of `after` the index of the same one in `before`, or `null`: the longest common subsequence, so that
 * what is inserted, deleted or changed moves nothing else. Where several are as long, the layers next to the input
 * are kept.
 */
export function unchanged(before: readonly string[], after: readonly string[]): readonly (number | null)[] {
  const width = after.length + 1;
  /** Length of the longest common subsequence of the layers from (i, j) on. */
  const longest = new Uint16Array((before.length + 1) * width);
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      longest[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const source: (number | null)[] = after.map(() => null);
  for (let i = 0, j = 0; i < before.length && j < after.length;) {
    if (before[i] === after[j]) source[j++] = i++;
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return source;
}
