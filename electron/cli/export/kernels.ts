import type { KindOfExport } from './kinds';

/** The weights of convolutions. */
export const kernels: KindOfExport = {
  takes: ['layer', 'view', 'order'],
  work: ({ layer = null, view, order }) => ({
    kind: 'kernels',
    layer,
    options: { view: viewOf(view), order },
  }),
};

/** `mean`, `norm` or `whole`, or the number of an input channel. */
export function viewOf(view: string | undefined): unknown {
  if (view === undefined) return undefined;
  return /^\d+$/.test(view) ? { kind: 'channel', channel: Number(view) } : { kind: view };
}
