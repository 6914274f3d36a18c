import type * as tf from '@tensorflow/tfjs';
import type { ExportWork } from '#shared/export';
import { Refusal } from '#shared/errors';
import type { Kernels } from '#shared/insight';
import type { NamedTensor } from '#shared/tensors';
import type { OpeningWatch } from '../../data/data-set';
import { drawKernels } from '../../insight/kernels';
import { insightWatch } from './insight-watch';
import { layerNamed, layersWithKernels } from './layers';
import type { Made } from './made';
import { testImagesIfAny, type LayersSubject } from './subject';

type KernelsWork = Extract<ExportWork, { readonly kind: 'kernels' }>;

/** The kernels of a layer, or of every convolution. */
export async function kernelsExhibit(
  opened: LayersSubject,
  work: KernelsWork,
  watch: OpeningWatch,
): Promise<Made> {
  const layers = layersOf(opened.model, work.layer);
  const evidence = await testImagesIfAny(opened, watch);
  const drawn: Kernels[] = [];
  for (const [index, { name }] of layers.entries()) {
    const request = { ...work.options, id: 0, layer: name };
    const part = insightWatch(watch, index / layers.length, 1 / layers.length);
    drawn.push(await drawKernels(opened.model, request, { evidence, watch: part }));
  }
  return {
    exhibit: {
      title: `${opened.name}: kernels`,
      sheets: drawn.map(({ sheet }) => sheet),
      arrays: layers.map(rawKernel),
      volumes: [],
      moments: [],
    },
    work,
    imageSha256: null,
  };
}

function layersOf(model: tf.LayersModel, name: string | null): readonly tf.layers.Layer[] {
  if (name !== null) return [layerNamed(model, name)];
  const all = layersWithKernels(model);
  if (all.length === 0)
    throw new Refusal('No layer of the network is a convolution: there are no kernels to export.');
  return all;
}

/** As the layer holds it: height x width x input channels x filters. */
function rawKernel(layer: tf.layers.Layer): NamedTensor {
  const weight = layer.weights.find(({ shape }) => shape.length >= 2);
  if (weight === undefined) throw new Error(`${layer.name} has kernels, and no weight is one.`);
  const values = Float32Array.from(weight.read().dataSync<'float32'>());
  return { name: layer.name, shape: weight.shape.map((size) => size ?? 0), values };
}
