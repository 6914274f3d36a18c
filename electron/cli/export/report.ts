import type { KindOfExport } from './kinds';

/** All about a network on one page. */
export const report: KindOfExport = {
  takes: ['steps', 'seed'],
  work: ({ steps, seed }) => ({ kind: 'report', steps, seed }),
};
