import type * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import type { LayerGraph } from '../layer-graph';
import type { ClassScores } from './class-scores';

/** A network cut behind one layer. Both parts run the network's own layers; both must be called in a scope. */
export interface SplitNetwork {
  readonly layer: string;
  /** The head: [batch, height, width, channels]. */
  maps(images: tf.Tensor4D): tf.Tensor4D;
  /** The tail. The images are needed where a branch goes past the layer. */
  logits(images: tf.Tensor4D, maps: tf.Tensor4D): tf.Tensor2D;
}

/**
 * Cuts behind a layer with feature maps. Throws a `Refusal` where the network has no such layer, or the layer no maps.
 * @param name `null` for the last that has maps of more than one cell
 */
export function splitAt(scores: ClassScores, name: string | null): SplitNetwork {
  const { graph } = scores;
  const layer = name ?? lastWithMaps(graph);
  const cut = graph.outputOf(layer);
  if (!hasMaps(cut)) {
    const fitting = layersWithMaps(graph);
    throw new Refusal(
      `The layer ${layer} has no feature maps; ` +
        (fitting.length === 0 ? 'the network has none at all.' : `choose one of ${fitting.join(', ')}.`),
    );
  }
  return {
    layer,
    maps: (images) => graph.compute(cut, new Map([[graph.input, images]])) as tf.Tensor4D,
    logits: (images, maps) =>
      scores.logitsFrom(
        new Map<tf.SymbolicTensor, tf.Tensor>([
          [graph.input, images],
          [cut, maps],
        ]),
      ),
  };
}

/** Layers with feature maps, from the input on, in the order of the network. */
export function layersWithMaps({ model }: LayerGraph): readonly string[] {
  return model.layers
    .filter((layer) => layer.getClassName() !== 'InputLayer' && layer.getClassName() !== 'Permute')
    .filter((layer) => layer.inboundNodes.length > 0 && hasMaps(layer.getOutputAt(0) as tf.SymbolicTensor))
    .map(({ name }) => name);
}

function hasMaps({ shape }: tf.SymbolicTensor): boolean {
  return shape.length === 4;
}

function lastWithMaps(graph: LayerGraph): string {
  const names = layersWithMaps(graph);
  const larger = names.filter((name) => {
    const [, height, width] = graph.outputOf(name).shape;
    return height !== 1 || width !== 1;
  });
  const last = larger.at(-1) ?? names.at(-1);
  if (last === undefined) {
    throw new Refusal(
      `The network ${graph.model.name} has no layer with feature maps; use a method on the image.`,
    );
  }
  return last;
}
