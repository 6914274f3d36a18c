/** Where labels go so that none covers another. Pure geometry in pixels; arrays are reused between frames. */

/** Boxes after each other: left, top, width, height. */
export type Boxes = Float32Array;

/**
 * Puts `count` labels, each wanting its place in `boxes`, one after another, and moves a label that would cover an
 * earlier one up or down (`direction` -1 or 1) until it is free. A label that would have to move more than `reach`
 * pixels or leave the view is not placed. Writes the places into `boxes` and says in `placed` which ones are shown.
 */
export function placeLabels(
  boxes: Boxes,
  count: number,
  direction: -1 | 1,
  reach: number,
  view: { readonly width: number; readonly height: number },
  placed: Uint8Array,
): void {
  const gap = 4;
  for (let i = 0; i < count; i++) {
    const wanted = boxes[i * 4 + 1] as number;
    const height = boxes[i * 4 + 3] as number;
    let top = wanted;
    let free = (boxes[i * 4 + 2] as number) > 0;
    // Every move passes at least one earlier label, so `i` moves are enough.
    for (let move = 0; free && move <= i; move++) {
      const other = covering(boxes, i, top, gap, placed);
      if (other < 0) break;
      const otherTop = boxes[other * 4 + 1] as number;
      top = direction < 0 ? otherTop - height - gap : otherTop + (boxes[other * 4 + 3] as number) + gap;
      if (Math.abs(top - wanted) > reach) free = false;
    }
    const left = boxes[i * 4] as number;
    const width = boxes[i * 4 + 2] as number;
    if (top < 0 || top + height > view.height || left + width < 0 || left > view.width) free = false;
    boxes[i * 4 + 1] = top;
    placed[i] = free ? 1 : 0;
  }
}

function covering(boxes: Boxes, label: number, top: number, gap: number, placed: Uint8Array): number {
  const left = boxes[label * 4] as number;
  const right = left + (boxes[label * 4 + 2] as number);
  const bottom = top + (boxes[label * 4 + 3] as number);
  for (let i = 0; i < label; i++) {
    if (placed[i] === 0) continue;
    const otherLeft = boxes[i * 4] as number;
    const otherTop = boxes[i * 4 + 1] as number;
    if (right + gap <= otherLeft || left >= otherLeft + (boxes[i * 4 + 2] as number) + gap) continue;
    if (bottom + gap <= otherTop || top >= otherTop + (boxes[i * 4 + 3] as number) + gap) continue;
    return i;
  }
  return -1;
}
