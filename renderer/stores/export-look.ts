import { useStorage } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed } from 'vue';
import { z } from 'zod';
import { useWindowStore } from './window';
import { exportLook, type ExportLook } from '#shared/export';

/** What is remembered from another day may be of another version: what no longer fits is as it is at first. */
const chosenLook = z.object({
  labels: exportLook.shape.labels.default(true).catch(true),
  scale: exportLook.shape.scale.catch(null),
  /** `window`: as the window is at that moment. */
  theme: z.enum(['window', 'dark', 'light']).catch('window'),
  threshold: exportLook.shape.threshold.catch(0),
  frameMilliseconds: exportLook.shape.frameMilliseconds.catch(400),
});
export type ChosenLook = z.infer<typeof chosenLook>;

/** How exported files look, chosen in this window and remembered by it. */
export const useExportLookStore = defineStore('export-look', () => {
  const window = useWindowStore();
  const chosen = useStorage('convscope.export-look', chosenLook.parse({}), undefined, {
    serializer: { read: (text) => chosenLook.parse(JSON.parse(text)), write: JSON.stringify },
  });
  const look = computed<ExportLook>(() => {
    const { theme } = chosen.value;
    return { ...chosen.value, theme: theme === 'window' ? window.theme : theme };
  });

  return { chosen, look };
});
