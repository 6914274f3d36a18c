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

  it('goes back in an ended run with the image that is shown now', () => {
    const frames = ran(0, 10, 20);
    frames.seek(10);
    expect(frames.areOfOneImage()).toBe(true);
    const { image } = frames;
    frames.take(frameAt(20, { fill: 9 }));
    expect(frames.image).not.toBe(image);
    expect(frames.areOfOneImage()).toBe(false);
    // The first was asked for before the image changed.
    frames.takePast([frameAt(5), frameAt(0, { fill: 9 }), frameAt(10, { fill: 9 })]);
    expect(frames.kept.map(({ step }) => step)).toEqual([0, 10, 20]);
    expect(frames.shown).toMatchObject({ step: 10, codes: new Uint8Array(4).fill(9) });
  });

  it('begins anew with a run that starts over', () => {
    const frames = ran(0, 10, 20);
    frames.seek(0);
    frames.take(frameAt(1));
    expect(frames.kept.map(({ step }) => step)).toEqual([1]);
    expect(frames.live).toBe(true);
  });
});
