import { useMediaQuery, useStorage } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';

export type Theme = 'dark' | 'light';

/** What belongs to this window alone: the view, the theme, the panels, the layer that is looked at. */
export const useWindowStore = defineStore('window', () => {
  const view = useStorage('convscope.view', 'train');
  const chosenTheme = useStorage<Theme | 'system'>('convscope.theme', 'system');
  const systemIsLight = useMediaQuery('(prefers-color-scheme: light)');
  const theme = computed<Theme>(() => {
    if (chosenTheme.value !== 'system') return chosenTheme.value;
    return systemIsLight.value ? 'light' : 'dark';
  });
  const reducedMotion = useMediaQuery('(prefers-reduced-motion: reduce)');
  const keysShown = shallowRef(false);
  const searchShown = shallowRef(false);
  const selectedLayer = shallowRef<string | null>(null);
  /** Whether the layers of a long network that only pass values on stand on the stage too. */
  const everyLayer = useStorage('convscope.every-layer', false);

  function toggleTheme(): void {
    const other = theme.value === 'dark' ? 'light' : 'dark';
    const system = systemIsLight.value ? 'light' : 'dark';
    chosenTheme.value = other === system ? 'system' : other;
  }

  return { view, theme, reducedMotion, keysShown, searchShown, selectedLayer, everyLayer, toggleTheme };
});
