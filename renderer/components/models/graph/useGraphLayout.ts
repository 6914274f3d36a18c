import { shallowRef, type ShallowRef } from 'vue';
import { layOut } from './lay-out';
import type { Layout } from './layout';
import type { Network } from './network';
import { useProblemStore } from '../../../stores/problem';

/** What takes no longer needs no word. */
const patience = 100;

export interface GraphLayout {
  readonly layout: Readonly<ShallowRef<Layout | null>>;
  /** Why the network is not drawn, as a sentence. */
  readonly refused: Readonly<ShallowRef<string | null>>;
  /** It takes long enough to say so. */
  readonly slow: Readonly<ShallowRef<boolean>>;
  /** A fault is reported. */
  lay(): Promise<void>;
}

/**
 * Lays a network out; the last one that was asked for counts.
 * @param laid is called with every layout that is drawn
 */
export function useGraphLayout(network: () => Network, laid: (layout: Layout) => void): GraphLayout {
  const problems = useProblemStore();
  const layout = shallowRef<Layout | null>(null);
  const refused = shallowRef<string | null>(null);
  const slow = shallowRef(false);
  let asked = 0;

  async function drawAnew(): Promise<void> {
    const request = ++asked;
    refused.value = null;
    const timer = setTimeout(() => {
      slow.value = request === asked;
    }, patience);
    try {
      const answer = await layOut(network());
      if (request !== asked) return;
      if (answer.kind === 'fault') throw new Error(answer.message);
      if (answer.kind === 'entangled') {
        [layout.value, refused.value] = [null, answer.sentence];
        return;
      }
      layout.value = answer.layout;
      laid(answer.layout);
    } finally {
      clearTimeout(timer);
      if (request === asked) slow.value = false;
    }
  }

  async function lay(): Promise<void> {
    await problems.reporting('Drawing the graph', drawAnew);
  }

  return { layout, refused, slow, lay };
}
