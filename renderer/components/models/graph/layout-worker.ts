/** Lays networks out beside the window, whose own thread goes on drawing. */
import { layoutAnswer } from './layout-answer';
import type { LayoutQuestion } from './lay-out';

addEventListener('message', ({ data: { id, network } }: MessageEvent<LayoutQuestion>) => {
  void layoutAnswer(network).then((answer) => {
    postMessage({ id, answer });
  });
});
