import { layoutOf, TooEntangled, type Layout } from './layout';
import type { Network } from './network';

/** What came of laying a network out, as it crosses from one thread to another. */
export type LayoutAnswer =
  | { readonly kind: 'laid out'; readonly layout: Layout }
  /** With a sentence that says why it is too much to draw. */
  | { readonly kind: 'entangled'; readonly sentence: string }
  | { readonly kind: 'fault'; readonly message: string };

export async function layoutAnswer(network: Network): Promise<LayoutAnswer> {
  try {
    return { kind: 'laid out', layout: await layoutOf(network) };
  } catch (thrown) {
    if (thrown instanceof TooEntangled) return { kind: 'entangled', sentence: thrown.message };
    return { kind: 'fault', message: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}
