import { describe, expect, it } from 'vitest';
import { Pace } from '../../../../../electron/lab/training/pace';

describe('pace', () => {
  it('is unknown before anything was measured', () => {
    expect(new Pace().imagesPerSecond).toBeNull();
  });

  it('is that of the last few seconds, not of the whole run', () => {
    const pace = new Pace();
    for (let at = 0; at <= 10_000; at += 20) pace.add(10, at);
    for (let at = 10_020; at <= 20_000; at += 20) pace.add(40, at);
    expect(pace.imagesPerSecond).toBeCloseTo(2000, -2);
  });
});
