import { defineStore } from 'pinia';
import { computed, markRaw, shallowRef } from 'vue';
import type { Frame } from '#shared/frames';
import { FrameHistory } from './frame-history';
import { showSameImage } from './same-image';

/** The frames of the run in focus: the latest, those kept to go back to, and the one that is shown. */
export const useFramesStore = defineStore('frames', () => {
  const latest = shallowRef<Frame | null>(null);
  /** The kept frames from the first on. Frames are large: they are never made reactive. */
  const kept = shallowRef<readonly Frame[]>([]);
  /** The frame gone back to; `null` follows the latest one. */
  const pinned = shallowRef<Frame | null>(null);
  const shown = computed(() => pinned.value ?? latest.value);
  const live = computed(() => pinned.value === null);
  /** Changes with the image that the network is shown. */
  const image = shallowRef(0);
  const history = new FrameHistory();

  function clear(): void {
    history.clear();
    kept.value = [];
    pinned.value = null;
    latest.value = null;
  }

  function take(frame: Frame): void {
    const raw = markRaw(frame);
    if (latest.value !== null && raw.step < latest.value.step) clear();
    if (latest.value === null || !showSameImage(raw, latest.value)) image.value++;
    latest.value = raw;
    if (history.add(raw)) kept.value = [...history.frames];
  }

  /** Whether all kept frames are of the image that the network is shown now. */
  function areOfOneImage(): boolean {
    const now = latest.value;
    return now === null || kept.value.every((frame) => showSameImage(frame, now));
  }

  /**
   * Takes the frames of earlier steps that were asked for, all at once, in the place of those of other images. What was
   * gone back to stays where it is.
   */
  function takePast(past: readonly Frame[]): void {
    const now = latest.value;
    if (now === null) return;
    history.keepOnly((frame) => showSameImage(frame, now));
    for (const frame of past) if (showSameImage(frame, now)) history.insert(markRaw(frame));
    kept.value = [...history.frames];
    if (pinned.value !== null) seek(pinned.value.step);
  }

  /** Shows the kept frame nearest to a step; the end of the run is live. */
  function seek(step: number): void {
    if (latest.value === null || step >= latest.value.step) {
      pinned.value = null;
      return;
    }
    const nearest = kept.value.reduce<Frame | null>(
      (best, frame) =>
        best === null || Math.abs(frame.step - step) < Math.abs(best.step - step) ? frame : best,
      null,
    );
    pinned.value = nearest?.step === latest.value.step ? null : nearest;
  }

  /** Goes to the next (1) or previous (-1) kept frame; the last one is live. */
  function step(direction: 1 | -1): void {
    const at = pinned.value?.step ?? Infinity;
    const next =
      direction === 1
        ? kept.value.find((frame) => frame.step > at)
        : kept.value.findLast((frame) => frame.step < Math.min(at, latest.value?.step ?? 0));
    if (next !== undefined) seek(next.step);
    else if (direction === 1) pinned.value = null;
  }

  function goLive(): void {
    pinned.value = null;
  }

  return {
    latest,
    kept,
    pinned,
    shown,
    live,
    image,
    clear,
    take,
    areOfOneImage,
    takePast,
    seek,
    step,
    goLive,
  };
});
