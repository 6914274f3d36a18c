import type { LayoutAnswer } from './layout-answer';
import type { Network } from './network';

export interface LayoutQuestion {
  readonly id: number;
  readonly network: Network;
}

interface AnsweredQuestion {
  readonly id: number;
  readonly answer: LayoutAnswer;
}

const waiting = new Map<number, (answer: LayoutAnswer) => void>();
let asked = 0;
let worker: Worker | null = null;

/** Lays a network out on a thread of its own: large ones take up to two seconds. */
export async function layOut(network: Network): Promise<LayoutAnswer> {
  // Where there are no threads, as in tests without a browser, it is waited for.
  if (typeof Worker === 'undefined') return (await import('./layout-answer')).layoutAnswer(network);
  worker ??= started();
  const question: LayoutQuestion = { id: ++asked, network };
  return new Promise((resolve) => {
    waiting.set(question.id, resolve);
    worker?.postMessage(question);
  });
}

function started(): Worker {
  const made = new Worker(new URL('./layout-worker.ts', import.meta.url), { type: 'module' });
  made.addEventListener('message', ({ data: { id, answer } }: MessageEvent<AnsweredQuestion>) => {
    waiting.get(id)?.(answer);
    waiting.delete(id);
  });
  made.addEventListener('error', ({ message }) => {
    for (const resolve of waiting.values()) resolve({ kind: 'fault', message });
    waiting.clear();
    worker = null;
  });
  return made;
}
