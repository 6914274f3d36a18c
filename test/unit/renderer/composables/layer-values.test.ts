import { describe, expect, it } from 'vitest';
import { encodeLayers, type Frame } from '#shared/frames';
import { layerValues } from '../../../../renderer/composables/layer-values';

/** A frame of one layer, 1 x 2 x channels, channels last. */
function valuesOf(channels: number, values: readonly number[]) {
  const coded = encodeLayers([
    { name: 'conv2d', shape: [1, values.length / channels, channels], values: Float32Array.from(values) },
  ]);
  const frame: Frame = {
    ...coded,
    step: 0,
    epoch: 0,
    probe: { kind: 'drawing' },
    output: new Float32Array(10),
  };
  const layer = coded.layers[0];
  if (layer === undefined) throw new Error('no layer');
  return layerValues(frame, layer);
}

describe('the values of a layer', () => {
  it('count zeros and silent channels of a relu layer', () => {
    const values = valuesOf(3, [1, 0, 2, 0.5, 0, 0]);
    expect(values.zeroShare).toBeCloseTo(0.5);
    expect(values.silentChannels).toBe(1);
    expect(values.lowest).toBe(0);
    expect(values.highest).toBeCloseTo(2);
    // Values come back to the 8 bits they were sent with.
    expect(Math.abs(values.mean - 3.5 / 6)).toBeLessThan(2 / 255);
  });

  it('know that zero lies in the middle of a signed layer', () => {
    const values = valuesOf(2, [-1, 0, 0.5, 0]);
    expect(values.zeroShare).toBe(0.5);
    expect(values.silentChannels).toBe(1);
    expect(values.lowest).toBeCloseTo(-1);
    expect([values.from, values.to]).toEqual([expect.closeTo(-1), expect.closeTo(1)]);
  });

  it('put every cell in one bin', () => {
    const values = valuesOf(1, [-3, -1, 0, 0, 1, 2, 3]);
    expect(values.bins.reduce((sum, cells) => sum + cells, 0)).toBe(7);
    expect(values.bins[0]).toBe(1);
    expect(values.bins.at(-1)).toBe(1);
  });

  it('stay finite for a layer that is zero everywhere', () => {
    const values = valuesOf(2, [0, 0, 0, 0]);
    expect(values).toMatchObject({ lowest: 0, highest: 0, mean: 0, zeroShare: 1, silentChannels: 2 });
  });
});
