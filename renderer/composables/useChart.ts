import { useThrottleFn } from '@vueuse/core';
import { onBeforeUnmount, onMounted, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { useWindowStore, type Theme } from '../stores/window';

/** What the charts of metrics have in common. */
interface Chart {
  setLogScale(logarithmic: boolean): void;
  setTheme(theme: Theme): void;
  /** What it shows, for those who do not see it. */
  describe(): string;
  dispose(): void;
}

export interface UsedChart<C extends Chart> {
  /** `null` before there is a canvas. A chart is never made reactive. */
  current(): C | null;
  readonly description: Readonly<ShallowRef<string>>;
  describe(): void;
  /** The words for a screen reader need not follow every batch. */
  describeSoon(): void;
}

/**
 * Keeps a chart on a canvas for as long as its component is there, in the window's theme.
 * @param drawn is called once the chart is there
 */
export function useChart<C extends Chart>(
  canvas: Readonly<Ref<HTMLCanvasElement | null>>,
  logScale: () => boolean,
  make: (canvas: HTMLCanvasElement, theme: Theme) => C,
  drawn: () => void,
): UsedChart<C> {
  const window = useWindowStore();
  const description = shallowRef('');
  let chart: C | null = null;

  onMounted(() => {
    if (canvas.value === null) return;
    chart = make(canvas.value, window.theme);
    chart.setLogScale(logScale());
    drawn();
  });
  onBeforeUnmount(() => {
    chart?.dispose();
    chart = null;
  });

  function describe(): void {
    description.value = chart?.describe() ?? '';
  }

  const soon = useThrottleFn(describe, 1000, true, true);
  watch(logScale, (log) => chart?.setLogScale(log));
  watch(
    () => window.theme,
    (theme) => chart?.setTheme(theme),
  );
  return { current: () => chart, description, describe, describeSoon: () => void soon() };
}
