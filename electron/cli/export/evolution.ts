import { Refusal } from '#shared/errors';
import { viewOf } from './kernels';
import type { KindOfExport } from './kinds';

/** How a filter came to be, checkpoint by checkpoint. */
export const evolution: KindOfExport = {
  takes: ['layer', 'channel', 'what', 'image', 'view', 'objective', 'steps', 'seed', 'most'],
  work: ({ layer, channel = [0], what = 'kernel', image, view, ...ascent }) => {
    if (layer === undefined)
      throw new Refusal('Evolution is that of one filter; name its layer with --layer.');
    const [only, ...others] = channel;
    if (others.length > 0) throw new Refusal('Evolution is that of one filter; name a single --channel.');
    const options = {
      layer,
      channel: only,
      of: what,
      image: testImageOf(image),
      view: viewOf(view),
      ...ascent,
    };
    return { kind: 'evolution', options };
  },
};

function testImageOf(image: string | undefined): number | undefined {
  if (image === undefined) return undefined;
  const index = /^test:(\d+)$/.exec(image)?.[1];
  if (index === undefined)
    throw new Refusal(`Evolution is shown by a test image, such as test:0, not by ${image}.`);
  return Number(index);
}
