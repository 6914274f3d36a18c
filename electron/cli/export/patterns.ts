import { Refusal } from '#shared/errors';
import type { KindOfExport } from './kinds';

/** What filters, or classes, look for. */
export const patterns: KindOfExport = {
  takes: ['layer', 'channel', 'class', 'objective', 'steps', 'seed'],
  work: ({ layer, channel, class: classIndex, objective, steps, seed }) => {
    if (classIndex !== undefined && layer !== undefined) {
      throw new Refusal('--class asks for what a class looks for and --layer for filters; take one of them.');
    }
    if (channel !== undefined && layer === undefined) {
      throw new Refusal('--channel names filters of a layer; name it with --layer.');
    }
    const of = classIndex !== undefined ? 'classes' : layer === undefined ? 'layers' : { layer };
    const channels = classIndex !== undefined ? [classIndex] : channel;
    return { kind: 'patterns', of, options: { channels, objective, steps, seed } };
  },
};
