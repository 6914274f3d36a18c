/** Evidence for a class in one image, by any of the methods. */
import * as tf from '@tensorflow/tfjs';
import { Refusal } from '#shared/errors';
import type { ImageShape } from '#shared/images';
import type { EvidenceMaps, EvidenceMethod, EvidenceRequest } from '#shared/evidence';
import type { Picture } from '#shared/pictures';
import { FrozenNetwork } from '../frozen-network';
import { LayerGraph } from '../layer-graph';
import { unwatched, type InsightWatch } from '../watch';
import { ClassScores } from './class-scores';
import { gradCam, mapGradients, type MapGradients } from './grad-cam';
import { gradCamPlusPlus } from './grad-cam-plus-plus';
import { gradientTimesInput } from './gradient-times-input';
import { guidedBackpropagation } from './guided-backpropagation';
import { integratedGradients } from './integrated-gradients';
import { occlusion, occlusionOptions } from './occlusion';
import { largestMagnitude, sumOfChannels } from './reduce-channels';
import { saliency } from './saliency';
import { smoothGrad } from './smooth-grad';
import { splitAt } from './split';
import { imageTensor, type Subject } from './subject';

/** An image as networks read it. */
export interface ImageValues {
  readonly shape: ImageShape;
  /** In [0, 1], row-major, channels last. */
  readonly values: Float32Array;
}

/**
 * What in the image speaks for the class, by the network as it is now: later changes of its weights do not matter.
 * Throws a `Refusal` that names what of the request does not fit the network or the image.
 * @param model reads images in [0, 1]; remains its owner's
 */
export async function explain(
  model: tf.LayersModel,
  image: ImageValues,
  request: Pick<EvidenceRequest, 'method' | 'class'>,
  watch: InsightWatch = unwatched,
): Promise<EvidenceMaps> {
  const scores = new ClassScores(new LayerGraph(model));
  checkImage(scores, image.shape);
  if (request.class !== 'predicted') scores.check(request.class);
  const network = new FrozenNetwork(model);
  try {
    const { logits, probabilities } = network.run(() => {
      const row = scores.logits(imageTensor({ image: image.values, shape: image.shape }));
      return {
        logits: row.dataSync<'float32'>(),
        probabilities: scores.probabilities(row)?.dataSync<'float32'>() ?? null,
      };
    });
    const predicted = logits.indexOf(Math.max(...logits));
    const classIndex = request.class === 'predicted' ? predicted : request.class;
    const subject = { network, scores, image: image.values, shape: image.shape, classIndex, watch };
    const found = await apply(request.method, subject);
    return {
      method: found.method,
      classIndex,
      predicted,
      logit: logits[classIndex] as number,
      probability: probabilities?.[classIndex] ?? null,
      image: picture('image', image.shape, 'image', image.values),
      map: found.map,
      raw: found.raw,
    };
  } finally {
    network.release();
  }
}

type Found = Pick<EvidenceMaps, 'method' | 'map' | 'raw'>;

async function apply(method: EvidenceMethod, subject: Subject): Promise<Found> {
  switch (method.kind) {
    case 'saliency':
      return magnitudes(method, subject, saliency(subject));
    case 'smooth-grad':
      return magnitudes(method, subject, await smoothGrad(subject, method));
    case 'gradient-times-input':
      return sums(method, subject, gradientTimesInput(subject));
    case 'integrated-gradients':
      return sums(method, subject, await integratedGradients(subject, method));
    case 'guided-backpropagation':
      return sums(method, subject, guidedBackpropagation(subject));
    case 'grad-cam':
      return cells(method, subject, gradCam);
    case 'grad-cam-plus-plus':
      return cells(method, subject, gradCamPlusPlus);
    case 'occlusion': {
      const options = occlusionOptions(method, subject.shape);
      const { map, losses, places } = await occlusion(subject, options);
      const { patch, stride } = options;
      return {
        method: { ...method, patch: [...patch], stride: [...stride] },
        map: picture('occlusion', oneChannel(subject.shape), 'signed', map),
        raw: picture('occlusion, each place of the patch', [...places, 1], 'signed', losses),
      };
    }
  }
}

function magnitudes(method: EvidenceMethod, { shape }: Subject, raw: Float32Array): Found {
  return {
    method,
    map: picture(method.kind, oneChannel(shape), 'sequential', largestMagnitude(raw, shape)),
    raw: picture(`${method.kind}, signed`, shape, 'signed', raw),
  };
}

function sums(method: EvidenceMethod, { shape }: Subject, raw: Float32Array): Found {
  return {
    method,
    map: picture(method.kind, oneChannel(shape), 'signed', sumOfChannels(raw, shape)),
    raw: picture(`${method.kind}, each channel`, shape, 'signed', raw),
  };
}

type MapMethod = Extract<EvidenceMethod, { readonly layer: string | null }>;

function cells(
  method: MapMethod,
  subject: Subject,
  combine: (gradients: MapGradients) => tf.Tensor2D,
): Found {
  const { network, scores, shape, classIndex } = subject;
  const split = splitAt(scores, method.layer);
  const name = `${method.kind} at ${split.layer}`;
  return network.run(() => {
    const map = combine(mapGradients(scores, split, imageTensor(subject), classIndex));
    const [height, width] = map.shape;
    const enlarged = tf.image.resizeBilinear(
      map.expandDims<tf.Tensor3D>(2),
      [shape[0], shape[1]],
      false,
      true,
    );
    return {
      method: { ...method, layer: split.layer },
      map: picture(name, oneChannel(shape), 'sequential', enlarged.dataSync<'float32'>()),
      raw: picture(`${name}, cells`, [height, width, 1], 'sequential', map.dataSync<'float32'>()),
    };
  });
}

function oneChannel([height, width]: ImageShape): ImageShape {
  return [height, width, 1];
}

function picture(name: string, shape: ImageShape, scale: Picture['scale'], values: Float32Array): Picture {
  return { name, note: null, numbers: [], shape, scale, values };
}

function checkImage({ graph }: ClassScores, shape: ImageShape): void {
  const wanted = graph.input.shape.slice(1);
  if (wanted.every((size, axis) => size === null || size === shape[axis])) return;
  throw new Refusal(
    `The network reads images of ${wanted.map((size) => size ?? 'any').join(' x ')}, but this one is ` +
      `${shape.join(' x ')}; give it an image of its size.`,
  );
}
