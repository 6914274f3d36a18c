/** Moving by less is a click. */
const still = 4;

export interface Dragging {
  onDown(event: PointerEvent): void;
  onMove(event: PointerEvent): void;
  onUp(): void;
  /** Whether the press that ends now moved anything: then it is no click. */
  moved(): boolean;
}

/** Follows a pressed pointer over an element. @param move is told by how many pixels it went */
export function useDragging(element: () => Element | null, move: (x: number, y: number) => void): Dragging {
  const drag = { pointer: -1, x: 0, y: 0, moved: false };
  return {
    onDown: (event) => {
      if (event.button !== 0) return;
      Object.assign(drag, { pointer: event.pointerId, x: event.clientX, y: event.clientY, moved: false });
    },
    onMove: (event) => {
      if (event.pointerId !== drag.pointer) return;
      const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
      if (!drag.moved && Math.hypot(x, y) < still) return;
      if (!drag.moved) element()?.setPointerCapture(event.pointerId);
      drag.moved = true;
      drag.x = event.clientX;
      drag.y = event.clientY;
      move(x, y);
    },
    onUp: () => {
      drag.pointer = -1;
    },
    moved: () => drag.moved,
  };
}
