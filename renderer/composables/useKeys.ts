import { useEventListener } from '@vueuse/core';

export interface KeyActions {
  toggle(): void;
  goToView(index: number): void;
  frameStage(): void;
  selectLayer(direction: 1 | -1): void;
  stepInTime(direction: 1 | -1): void;
  deselect(): void;
  search(): void;
  showKeys(): void;
}

/** The window's keys. They rest while one types, while a menu or dialog is open, and under other modifiers. */
export function useKeys(actions: KeyActions): void {
  useEventListener(document, 'keydown', (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isElsewhere(event.target, event.key)) return;
    if (act(event.key, actions)) event.preventDefault();
  });
}

function act(key: string, actions: KeyActions): boolean {
  switch (key) {
    case ' ':
      actions.toggle();
      return true;
    case 'f':
    case 'F':
      actions.frameStage();
      return true;
    case '[':
    case ']':
      actions.selectLayer(key === ']' ? 1 : -1);
      return true;
    case ',':
    case '.':
      actions.stepInTime(key === '.' ? 1 : -1);
      return true;
    case 'Escape':
      actions.deselect();
      // What lies above the window, as a tip does, closes by it too, unless it was prevented.
      return false;
    case '/':
      actions.search();
      return true;
    case '?':
      actions.showKeys();
      return true;
    default:
      if (!/^[1-9]$/.test(key)) return false;
      actions.goToView(Number(key) - 1);
      return true;
  }
}

const typing = 'input, textarea, select, [contenteditable]';
const opened = '[role="menu"], [role="listbox"], [role="dialog"]';
const pressedBySpace = 'button, a, summary, [role="tab"], [role="combobox"]';

/** Whether the element with the focus has its own use for this key. */
function isElsewhere(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest(`${typing}, ${opened}`) !== null) return true;
  return key === ' ' && target.closest(pressedBySpace) !== null;
}
