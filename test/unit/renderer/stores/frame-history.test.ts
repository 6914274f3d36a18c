import { describe, expect, it } from 'vitest';
import { FrameHistory } from '../../../../renderer/stores/frame-history';
import { frameAt } from '../samples';

function stepsOf(history: FrameHistory): readonly number[] {
  return history.frames.map(({ step }) => step);
}

describe('the history of frames', () => {
  it('keeps every frame while there are few', () => {
    const history = new FrameHistory({ frames: 10, bytes: 1e6 });
    for (const step of [0, 3, 7, 8]) history.add(frameAt(step));
    expect(stepsOf(history)).toEqual([0, 3, 7, 8]);
  });

  it('holds at most its number of frames, spread evenly over the whole run', () => {
    const history = new FrameHistory({ frames: 16, bytes: 1e6 });
    for (let step = 0; step < 5000; step++) history.add(frameAt(step));
    const steps = stepsOf(history);
    expect(steps.length).toBeGreaterThan(6);
    expect(steps.length).toBeLessThanOrEqual(16);
    const gaps = steps.slice(1).map((step, index) => step - (steps[index] ?? 0));
    expect(new Set(gaps).size).toBe(1);
    expect(steps[0]).toBe(0);
    expect(5000 - (steps.at(-1) ?? 0)).toBeLessThanOrEqual(gaps[0] ?? 0);
  });

  it('holds at most its number of bytes, however large a frame is', () => {
    const bytes = 10_000;
    const history = new FrameHistory({ frames: 300, bytes });
    for (let step = 0; step < 400; step++) history.add(frameAt(step, { size: 1000 }));
    const held = history.frames.reduce((sum, { codes, output }) => sum + codes.length + output.byteLength, 0);
    expect(held).toBeLessThanOrEqual(bytes);
    expect(history.frames.length).toBeGreaterThan(3);
  });

  it('takes frames late, where their steps belong, and leaves those that are there', () => {
    const history = new FrameHistory({ frames: 10, bytes: 1e6 });
    history.add(frameAt(30, { fill: 1 }));
    expect(history.insert(frameAt(10))).toBe(true);
    expect(history.insert(frameAt(0))).toBe(true);
    expect(history.insert(frameAt(30, { fill: 2 }))).toBe(false);
    history.add(frameAt(40));
    expect(stepsOf(history)).toEqual([0, 10, 30, 40]);
    expect(history.frames[2]?.codes[0]).toBe(1);
  });

  it('shows the last probe of a step: another image replaces the frame', () => {
    const history = new FrameHistory();
    history.add(frameAt(5, { fill: 1 }));
    expect(history.add(frameAt(5, { fill: 2 }))).toBe(true);
    expect(history.frames.map(({ codes }) => codes[0])).toEqual([2]);
  });
});
