import type { LayerActivation } from '#shared/frames';
import type { Picture, PictureSheet } from '#shared/pictures';

/** A layer's feature maps, one picture a channel, all of one scale, so that channels compare. */
export function volumeSheet(
  { name, shape: [height, width, channels], values }: LayerActivation,
  of: string,
): PictureSheet {
  let lowest = 0;
  let highest = 0;
  for (const value of values) {
    if (value < lowest) lowest = value;
    else if (value > highest) highest = value;
  }
  const signed = lowest < 0;
  const furthest = Math.max(highest, -lowest);
  const pictures = Array.from({ length: channels }, (_, channel): Picture => {
    const map = new Float32Array(height * width);
    let sum = 0;
    let most = -Infinity;
    for (let cell = 0; cell < map.length; cell++) {
      const value = values[cell * channels + channel] as number;
      map[cell] = value;
      sum += value;
      if (value > most) most = value;
    }
    const numbers = [
      { name: 'max', value: most },
      { name: 'mean', value: sum / map.length },
    ];
    return {
      name: `${name} [${channel}]`,
      note: null,
      numbers,
      shape: [height, width, 1],
      scale: signed ? 'signed' : 'sequential',
      values: map,
    };
  });
  return {
    title: `${name}: feature maps of ${of}`,
    pictures,
    sharedRange: signed ? [-furthest, furthest] : [0, highest],
  };
}
