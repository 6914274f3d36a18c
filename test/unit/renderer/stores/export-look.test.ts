import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import { exportLook } from '#shared/export';
import { useExportLookStore } from '../../../../renderer/stores/export-look';
import { useWindowStore } from '../../../../renderer/stores/window';

const key = 'convscope.export-look';

beforeEach(() => {
  localStorage.clear();
  setActivePinia(createPinia());
});

/** The store of a window that is opened anew. */
function reopened(): ReturnType<typeof useExportLookStore> {
  setActivePinia(createPinia());
  return useExportLookStore();
}

describe('the look of exported files', () => {
  it('is with names, as large as is easily seen, and as the window is', () => {
    const window = useWindowStore();
    const { look } = useExportLookStore();
    expect(look).toEqual(exportLook.parse({ labels: true, theme: window.theme }));
  });

  it('follows the theme of the window until one is chosen', () => {
    const window = useWindowStore();
    const store = useExportLookStore();
    const other = window.theme === 'dark' ? 'light' : 'dark';
    store.chosen.theme = window.theme;
    window.toggleTheme();
    expect(window.theme).toBe(other);
    expect(store.look.theme).not.toBe(other);
    store.chosen.theme = 'window';
    expect(store.look.theme).toBe(other);
  });

  it('is remembered', async () => {
    const wanted = {
      labels: false,
      scale: 4,
      theme: 'light',
      threshold: 0.25,
      frameMilliseconds: 1000,
    } as const;
    Object.assign(useExportLookStore().chosen, wanted);
    await nextTick();
    expect(reopened().chosen).toEqual(wanted);
    expect(exportLook.parse(reopened().look)).toEqual(wanted);
  });

  it('is as at first where what is remembered does not fit, and as remembered elsewhere', () => {
    localStorage.setItem(key, JSON.stringify({ labels: false, scale: 0.3, theme: 'pink', threshold: 7 }));
    expect(reopened().chosen).toEqual({
      labels: false,
      scale: null,
      theme: 'window',
      threshold: 0,
      frameMilliseconds: 400,
    });
  });

  it('is as at first, and says why, where what is remembered cannot be read', () => {
    const said = vi.spyOn(console, 'error').mockReturnValue();
    localStorage.setItem(key, '{"labels": fal');
    expect(reopened().chosen.labels).toBe(true);
    expect(said).toHaveBeenCalled();
    said.mockRestore();
  });
});
