import { mount } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defineComponent, h } from 'vue';
import { useKeys } from '../../../../renderer/composables/useKeys';

const actions = {
  toggle: vi.fn(),
  goToView: vi.fn(),
  frameStage: vi.fn(),
  selectLayer: vi.fn(),
  stepInTime: vi.fn(),
  deselect: vi.fn(),
  search: vi.fn(),
  showKeys: vi.fn(),
};

const opened = ['menu', 'listbox', 'dialog'] as const;

const Window = defineComponent({
  setup() {
    useKeys(actions);
    return () =>
      h('div', [
        h('input'),
        h('button', 'Log'),
        h('canvas'),
        ...opened.map((role) => h('div', { role }, [h('i')])),
      ]);
  },
});

let window: ReturnType<typeof mount>;

beforeEach(() => {
  window = mount(Window, { attachTo: document.body });
});

afterEach(() => {
  window.unmount();
  vi.clearAllMocks();
});

function press(key: string, on = 'canvas', modifiers: KeyboardEventInit = {}): boolean {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...modifiers });
  window.get(on).element.dispatchEvent(event);
  return event.defaultPrevented;
}

describe('the keys of the window', () => {
  it.each([
    [' ', 'toggle', []],
    ['2', 'goToView', [1]],
    ['f', 'frameStage', []],
    ['[', 'selectLayer', [-1]],
    [']', 'selectLayer', [1]],
    [',', 'stepInTime', [-1]],
    ['.', 'stepInTime', [1]],
    ['/', 'search', []],
    ['?', 'showKeys', []],
  ] as const)('%s does %s', (key, action, given) => {
    expect(press(key)).toBe(true);
    expect(actions[action].mock.calls).toEqual([given]);
  });

  it('let Escape close what lies above the window as well', () => {
    expect(press('Escape')).toBe(false);
    expect(actions.deselect).toHaveBeenCalledOnce();
  });

  it.each(opened)('leave an open %s alone, which closes by Escape and is searched by letters', (role) => {
    for (const key of [' ', '1', 'f', '[', '.', '?', 'Escape']) {
      expect(press(key, `[role="${role}"] i`), key).toBe(false);
    }
    for (const action of Object.values(actions)) expect(action).not.toHaveBeenCalled();
  });

  it('leave text fields alone', () => {
    for (const key of [' ', '1', 'f', '[', '.', '?']) expect(press(key, 'input')).toBe(false);
    for (const action of Object.values(actions)) expect(action).not.toHaveBeenCalled();
  });

  it('leave the space bar to the button that has the focus, and only that', () => {
    expect(press(' ', 'button')).toBe(false);
    press(']', 'button');
    expect(actions.toggle).not.toHaveBeenCalled();
    expect(actions.selectLayer).toHaveBeenCalledWith(1);
  });

  it('leave the shortcuts of the system alone', () => {
    expect(press('f', 'canvas', { ctrlKey: true })).toBe(false);
    expect(actions.frameStage).not.toHaveBeenCalled();
  });
});
