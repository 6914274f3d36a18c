import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it } from 'vitest';
import { useFramesStore } from '../../../../renderer/stores/frames';
import { frameAt } from '../samples';

beforeEach(() => {
  setActivePinia(createPinia());
});

function ran(...steps: readonly number[]): ReturnType<typeof useFramesStore> {
  const frames = useFramesStore();
  for (const step of steps) frames.take(frameAt(step));
  return frames;
}

describe('the shown frame', () => {
  it('follows the latest one', () => {
    const frames = ran(0, 10, 20);
    expect(frames.shown?.step).toBe(20);
    expect(frames.live).toBe(true);
  });

  it('stays where one went back to while training goes on', () => {
    const frames = ran(0, 10, 20);
    frames.seek(11);
    frames.take(frameAt(30));
    expect(frames.shown?.step).toBe(10);
    expect(frames.latest?.step).toBe(30);
    frames.goLive();
    expect(frames.shown?.step).toBe(30);
  });

  it('steps back from live, forward again, and is live at the end', () => {
    const frames = ran(0, 10, 20);
    frames.step(-1);
    expect(frames.shown?.step).toBe(10);
    frames.step(-1);
    frames.step(-1);
    expect(frames.shown?.step).toBe(0);
    frames.step(1);
    expect(frames.shown?.step).toBe(10);
    frames.step(1);
    expect(frames.live).toBe(true);
  });

  it('begins anew with a run that starts over', () => {
    const frames = ran(0, 10, 20);
    frames.seek(0);
    frames.take(frameAt(1));
    expect(frames.kept.map(({ step }) => step)).toEqual([1]);
    expect(frames.live).toBe(true);
  });
});
