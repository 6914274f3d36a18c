import { describe, expect, it } from 'vitest';
import { boxTriangles, gridTriangles, type Triangles } from '../../../../../electron/lab/export/voxels';

const colours = Uint8Array.from({ length: 1024 }, (_, i) => (i % 4 === 3 ? 255 : 128));

/** Of each triangle the volume of the tetrahedron that it makes with the origin: positive where it faces away from it. */
function volumes({ positions, indices }: Triangles): readonly number[] {
  const corner = (index: number) =>
    [...positions.subarray(index * 3, index * 3 + 3)] as [number, number, number];
  return Array.from({ length: indices.length / 3 }, (_, triangle) => {
    const [[ax, ay, az], [bx, by, bz], [cx, cy, cz]] = [0, 1, 2].map((n) =>
      corner(indices[triangle * 3 + n] as number),
    ) as [[number, number, number], [number, number, number], [number, number, number]];
    return (ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)) / 6;
  });
}

describe('voxels', () => {
  it('face outwards on all sides: viewers draw the front of triangles only', () => {
    const box = boxTriangles([{ low: [-0.5, -0.5, -0.5], high: [0.5, 0.5, 0.5], code: 7 }], colours);
    expect(volumes(box)).toHaveLength(12);
    for (const volume of volumes(box)) expect(volume).toBeCloseTo(1 / 12);
  });

  it('enclose exactly the cells that are drawn, however these lie', () => {
    const size = [5, 4, 6] as const;
    const drawn = (x: number, y: number, z: number) => (x * 7 + y * 3 + z * 5) % 4 < 2;
    const codeAt = (x: number, y: number, z: number) => (drawn(x, y, z) ? 9 : null);
    let cells = 0;
    for (let x = 0; x < 5; x++)
      for (let y = 0; y < 4; y++) for (let z = 0; z < 6; z++) cells += drawn(x, y, z) ? 1 : 0;
    // By Gauss's theorem.
    const enclosed = volumes(gridTriangles({ size, codeAt }, colours)).reduce(
      (sum, volume) => sum + volume,
      0,
    );
    expect(enclosed).toBeCloseTo(cells);
  });

  it('carry the colour in linear light, undimmed at the front', () => {
    const { colours: made } = boxTriangles([{ low: [0, 0, 0], high: [1, 1, 1], code: 0 }], colours);
    // 128 in sRGB is 0.2159 in linear light (IEC 61966-2-1).
    expect((made[0] as number) / 0xffff).toBeCloseTo(0.2159, 4);
    expect(made[3]).toBe(0xffff);
  });
});
