import { describe, expect, it } from 'vitest';
import type { CardLayer } from '#shared/models';
import { boundedLayers } from '../../../../../../electron/lab/session/models/bounded-layers';

function layers(count: number, reads: number): readonly CardLayer[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `layer ${index}`,
    type: 'ConcatV2',
    outputShape: null,
    parameters: 0,
    flops: null,
    problem: null,
    inputs: Array.from({ length: reads }, (__, input) =>
      `a layer with a long name, ${input}`.padEnd(100, '.'),
    ),
    attributes: [{ name: 'axis', value: 3 }],
    weights: [],
    within: 0,
  }));
}

describe('the layers of a card', () => {
  it('are told whole, of large networks too', () => {
    const large = layers(10_000, 2);
    expect(boundedLayers(large)).toEqual({ layers: large, cut: 0 });
  });

  it('never make a message of more than 20 MB, and say how many are cut', () => {
    const absurd = layers(50_000, 20);
    const { layers: bounded, cut } = boundedLayers(absurd);
    expect(JSON.stringify(bounded).length).toBeLessThan(20e6);
    expect(bounded).toHaveLength(50_000);
    expect(cut).toBeGreaterThan(0);
    expect(bounded.filter(({ inputs }) => inputs === null)).toHaveLength(cut);
    expect(bounded[0]).toEqual(absurd[0]);
    expect(bounded.at(-1)).toMatchObject({ name: 'layer 49999', inputs: null, attributes: [], weights: [] });
  });
});
