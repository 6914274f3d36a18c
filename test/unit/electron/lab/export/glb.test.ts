import { describe, expect, it } from 'vitest';
import type { LayerActivation } from '#shared/frames';
import { glb } from '../../../../../electron/lab/export/glb';
import { gltfContent, gltfLayers, validGltf } from '../../../../gltf';

const dark = { theme: 'dark', threshold: 0 } as const;

function layer(
  name: string,
  shape: LayerActivation['shape'],
  value: (index: number) => number,
): LayerActivation {
  const values = Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, i) => value(i));
  return { name, shape, values };
}

describe('a volume in binary glTF', () => {
  it('is valid and has a node a layer, in the order of the network', async () => {
    const layers = [
      layer('image', [8, 8, 1], (i) => i / 64),
      layer('conv2d', [6, 6, 4], (i) => Math.sin(i)),
      layer('dense', [1, 1, 64], (i) => (i % 3) - 1),
      layer('dense_1', [1, 1, 10], (i) => i / 45),
    ];
    const bytes = await glb('A stage', layers, dark);
    await validGltf(bytes);
    expect(Object.entries(gltfLayers(bytes))).toEqual(layers.map(({ name, shape }) => [name, shape]));
  });

  it('draws no cell that is zero and no face that cannot be seen', async () => {
    const one = await glb('one', [layer('a', [3, 3, 3], (i) => (i === 13 ? 1 : 0))], dark);
    expect((await validGltf(one)).totalTriangleCount).toBe(6 * 2);
    const full = await glb('full', [layer('a', [3, 4, 5], () => 1)], dark);
    expect((await validGltf(full)).totalTriangleCount).toBe(2 * (3 * 4 + 4 * 5 + 3 * 5) * 2);
    const none = await glb('none', [layer('a', [3, 3, 3], () => 0)], dark);
    expect((await validGltf(none)).totalTriangleCount).toBe(0);
  });

  it('puts a cell where the stage has it: columns to the right, rows down, channels away', async () => {
    const last = await glb('last', [layer('a', [2, 3, 4], (i) => (i === 23 ? 1 : 0))], dark);
    const faces = gltfContent(last)
      .accessors.filter(({ type }) => type === 'VEC3')
      .at(-1);
    expect(faces?.min).toEqual([0.5, -1, -2]);
    expect(faces?.max).toEqual([1.5, 0, -1]);
  });

  it('leaves out what is below a threshold, on both sides of zero', async () => {
    const cells = layer('a', [1, 9, 1], (i) => [0, 0, 0.1, -0.1, 0, 1, 0, -1, 0][i] ?? 0);
    const bytes = await glb('t', [cells], { theme: 'light', threshold: 0.5 });
    expect((await validGltf(bytes)).totalTriangleCount).toBe(2 * 6 * 2);
  });

  it('is the same bytes each time', async () => {
    const layers = [layer('a', [4, 4, 4], (i) => Math.cos(i))];
    expect(Buffer.from(await glb('t', layers, dark)).equals(Buffer.from(await glb('t', layers, dark)))).toBe(
      true,
    );
  });

  it('is refused with the number of its faces where viewers would not carry it', async () => {
    const scattered = layer('a', [100, 100, 64], (i) => (i + Math.floor(i / 64) + Math.floor(i / 6400)) % 2);
    await expect(glb('t', [scattered], dark)).rejects.toThrow(
      /1,920,000 faces, and viewers carry 1,000,000; take a single layer/,
    );
  });
});
