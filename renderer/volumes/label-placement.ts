/** Where labels go so that none covers another. Pure geometry in pixels; arrays are reused between frames. */

/** Boxes after each other: left, top, width, height. */
export type Boxes = Float32Array;

/**
 * Puts labels, each wanting its place in `boxes`, one after another in this order, and moves a label that would cover
 * one that is `placed` already up or down (`direction` -1 or 1) until it is free. A label that would have to move more
 * than `reach` pixels or leave the view is not placed. Writes the places into `boxes` and says in `placed`, where
 * labels that have yet to be placed must be 0, which ones are shown.
 */
export function placeLabels(
  boxes: Boxes,
  order: ArrayLike<number>,
  direction: -1 | 1,
  reach: number,
  view: { readonly width: number; readonly height: number },
  placed: Uint8Array,
): void {
  const gap = 4;
  for (let turn = 0; turn < order.length; turn++) {
    const label = (order[turn] as number) * 4;
    const wanted = boxes[label + 1] as number;
    const height = boxes[label + 3] as number;
    let top = wanted;
    let free = (boxes[label + 2] as number) > 0;
    // Every move passes at least one label, so as many moves are enough.
    for (let move = 0; free && move <= placed.length; move++) {
      const other = covering(boxes, order[turn] as number, top, gap, placed);
      if (other < 0) break;
      const otherTop = boxes[other * 4 + 1] as number;
      top = direction < 0 ? otherTop - height - gap : otherTop + (boxes[other * 4 + 3] as number) + gap;
      if (Math.abs(top - wanted) > reach) free = false;
    }
    const left = boxes[label] as number;
    const width = boxes[label + 2] as number;
    if (top < 0 || top + height > view.height || left + width < 0 || left > view.width) free = false;
    boxes[label + 1] = top;
    placed[order[turn] as number] = free ? 1 : 0;
  }
}

/** A placed label that this one would cover, or -1. */
function covering(boxes: Boxes, index: number, top: number, gap: number, placed: Uint8Array): number {
  const label = index * 4;
  const left = boxes[label] as number;
  const right = left + (boxes[label + 2] as number);
  const bottom = top + (boxes[label + 3] as number);
  for (let other = 0; other < placed.length; other++) {
    if (placed[other] === 0 || other === index) continue;
    const otherLeft = boxes[other * 4] as number;
    const otherTop = boxes[other * 4 + 1] as number;
    if (right + gap <= otherLeft || left >= otherLeft + (boxes[other * 4 + 2] as number) + gap) continue;
    if (bottom + gap <= otherTop || top >= otherTop + (boxes[other * 4 + 3] as number) + gap) continue;
    return other;
  }
  return -1;
}
