/** Evidence of the fake lab: true shapes and ranges, drawn from the image by hand-made rules. */
import type { NetworkInfo } from '#shared/api';
import type { LayerSummary } from '#shared/summary';
import { Refusal } from '#shared/errors';
import type {
  Evidence,
  EvidenceMethod,
  EvidenceRequest,
  ImageRegion,
  TopImage,
  TopImages,
  TopImagesRequest,
} from '#shared/evidence';
import type { Frame } from '#shared/frames';
import type { ImageSet, ImageShape } from '#shared/images';
import type { Picture } from '#shared/pictures';
import { derivedSeed } from '#shared/random';

const side = 28;
const shape: ImageShape = [side, side, 1];

export interface FakeView {
  readonly network: NetworkInfo;
  readonly frame: Frame;
  /** 28 x 28, 0 to 255. */
  readonly pixels: Uint8Array;
}

export function fakeEvidence({ network, frame, pixels }: FakeView, request: EvidenceRequest): Evidence {
  const { output, probe, step } = frame;
  const predicted = output.indexOf(Math.max(...output));
  const classIndex = request.class === 'predicted' ? predicted : request.class;
  const probability = output[classIndex];
  if (probability === undefined) {
    throw new Refusal(
      `There is no class ${classIndex}: the network tells ${output.length} apart, counted from 0.`,
    );
  }
  const image = Float32Array.from(pixels, (pixel) => pixel / 255);
  return {
    probe,
    step,
    classIndex,
    predicted,
    probability,
    className: network.classes[classIndex] ?? '',
    logit: Math.log(Math.max(probability, 1e-7)),
    image: picture('image', 'image', image),
    ...drawn(request.method, network, image),
  };
}

function drawn(
  method: EvidenceMethod,
  network: NetworkInfo,
  image: Float32Array,
): Pick<Evidence, 'method' | 'map' | 'raw'> {
  switch (method.kind) {
    case 'grad-cam':
    case 'grad-cam-plus-plus': {
      const layer = layerWithMaps(network, method.layer);
      const cells = shrunk(image, layer.outputShape[0] ?? 1);
      const height = Math.sqrt(cells.length);
      return {
        method: { ...method, layer: layer.name },
        map: picture(method.kind, 'sequential', enlarged(cells, height)),
        raw: { ...picture(method.kind, 'sequential', cells), shape: [height, height, 1] },
      };
    }
    case 'occlusion': {
      const places = shrunk(image, 13);
      return {
        method: { ...method, patch: method.patch ?? [4, 4], stride: method.stride ?? [2, 2] },
        map: picture(method.kind, 'signed', enlarged(places, 13)),
        raw: { ...picture(method.kind, 'signed', places), shape: [13, 13, 1] },
      };
    }
    case 'saliency':
    case 'smooth-grad':
      return {
        method,
        map: picture(method.kind, 'sequential', edges(image).map(Math.abs)),
        raw: picture(method.kind, 'signed', edges(image)),
      };
    case 'gradient-times-input':
    case 'integrated-gradients':
    case 'guided-backpropagation': {
      const values = edges(image).map((edge, index) => edge * (image[index] ?? 0));
      return {
        method,
        map: picture(method.kind, 'signed', values),
        raw: picture(method.kind, 'signed', values),
      };
    }
  }
}

export function fakeTopImages(
  { network, frame }: FakeView,
  images: ImageSet,
  request: TopImagesRequest,
): TopImages {
  const { layer: name, by, count, channels, limit } = request;
  const layer = findLayer(network, name);
  const available = layer.outputShape.at(-1) ?? 0;
  const missing = channels.find((channel) => channel >= available);
  if (missing !== undefined) {
    throw new Refusal(`The layer ${name} has no channel ${missing}: it has ${available}, counted from 0.`);
  }
  const searched = Math.min(images.count, limit ?? images.count);
  const maps = layer.outputShape.length === 3;
  const cells = maps ? (layer.outputShape[0] ?? 1) : 1;
  const sees = maps ? side - cells + 1 : side;
  return {
    layer: name,
    by,
    searched,
    step: frame.step,
    receptiveField: maps ? [sees, sees] : null,
    channels: channels.map((channel) => ({
      channel,
      note: null,
      images: ranked(searched, channel)
        .slice(0, count)
        .map((index, place) => topImage(images, index, 4 / (place + 1), { name, channel, cells, sees })),
    })),
  };
}

interface FakeFilter {
  readonly name: string;
  readonly channel: number;
  readonly cells: number;
  readonly sees: number;
}

function topImage(images: ImageSet, index: number, activation: number, filter: FakeFilter): TopImage {
  const { name, channel, cells, sees } = filter;
  const seed = derivedSeed(23, channel, index);
  const cell = [seed % cells, (seed >>> 8) % cells] as const;
  const region: ImageRegion = { top: cell[0], left: cell[1], height: sees, width: sees };
  const pixels = images.pixels.subarray(index * side * side, (index + 1) * side * side);
  const image = Float32Array.from(pixels, (pixel) => pixel / 255);
  const patch = Float32Array.from({ length: sees * sees }, (_, at) => {
    const y = region.top + Math.floor(at / sees);
    return image[y * side + region.left + (at % sees)] ?? 0;
  });
  const numbers = [{ name: 'activation', value: activation }];
  return {
    index,
    label: images.labels[index] ?? 0,
    activation,
    cell,
    region,
    image: { ...picture(`image ${index}`, 'image', image), numbers },
    patch: {
      ...picture(`${name} [${channel}] in image ${index}`, 'image', patch),
      numbers,
      shape: [sees, sees, 1],
    },
  };
}

function ranked(count: number, channel: number): readonly number[] {
  const order = (index: number): number => derivedSeed(29, channel, index);
  return Array.from({ length: count }, (_, index) => index).sort((a, b) => order(a) - order(b));
}

function findLayer({ summary }: NetworkInfo, name: string): LayerSummary {
  const layer = summary.layers.find((candidate) => candidate.name === name);
  if (layer === undefined) {
    const names = summary.layers.map((candidate) => candidate.name).join(', ');
    throw new Refusal(`The network has no layer ${JSON.stringify(name)}; it has ${names}.`);
  }
  return layer;
}

function layerWithMaps(network: NetworkInfo, name: string | null): LayerSummary {
  const layer =
    name === null
      ? network.summary.layers.findLast(({ outputShape }) => outputShape.length === 3)
      : findLayer(network, name);
  if (layer?.outputShape.length !== 3) {
    throw new Refusal(`The layer ${layer?.name ?? ''} has no feature maps; choose one that has.`);
  }
  return layer;
}

/** How each pixel differs from the one on its left. */
function edges(image: Float32Array): Float32Array {
  return image.map((value, index) => value - (index % side === 0 ? 0 : (image[index - 1] ?? 0)));
}

/** Means over a grid of so many cells a side. */
function shrunk(image: Float32Array, cells: number): Float32Array {
  const sums = new Float32Array(cells * cells);
  image.forEach((value, index) => {
    const row = Math.floor((Math.floor(index / side) * cells) / side);
    const column = Math.floor(((index % side) * cells) / side);
    sums[row * cells + column] = (sums[row * cells + column] ?? 0) + value;
  });
  return sums.map((sum) => (sum * cells * cells) / (side * side));
}

function enlarged(cells: Float32Array, count: number): Float32Array {
  return Float32Array.from({ length: side * side }, (_, index) => {
    const row = Math.floor((Math.floor(index / side) * count) / side);
    return cells[row * count + Math.floor(((index % side) * count) / side)] ?? 0;
  });
}

function picture(name: string, scale: Picture['scale'], values: Float32Array): Picture {
  return { name, note: null, numbers: [], shape, scale, values };
}
