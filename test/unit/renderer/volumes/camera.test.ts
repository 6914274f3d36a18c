import { PerspectiveCamera, Vector3 } from 'three';
import { describe, expect, it } from 'vitest';
import { standpoint } from '../../../../renderer/volumes/camera';

/** Projects with three's own camera, as the stage is drawn. */
function extent(points: readonly number[], aspect: number, azimuth: number, elevation: number) {
  const forward = new Vector3(
    -Math.sin(azimuth) * Math.cos(elevation),
    -Math.sin(elevation),
    -Math.cos(azimuth) * Math.cos(elevation),
  );
  const right = new Vector3().crossVectors(forward, new Vector3(0, 1, 0)).normalize();
  const up = new Vector3().crossVectors(right, forward);
  const tangent = Math.tan((22 * Math.PI) / 360);
  const position = standpoint(points, right, up, forward, {
    left: -tangent * aspect,
    right: tangent * aspect * 0.9,
    bottom: -tangent,
    top: tangent * 0.8,
  });
  const camera = new PerspectiveCamera(22, aspect, 0.1, 1e5);
  camera.position.copy(position);
  camera.lookAt(position.clone().add(forward));
  camera.updateMatrixWorld();
  const projected = Array.from({ length: points.length / 3 }, (_, i) =>
    new Vector3().fromArray(points, i * 3).project(camera),
  );
  return {
    left: Math.min(...projected.map(({ x }) => x)),
    right: Math.max(...projected.map(({ x }) => x)),
    bottom: Math.min(...projected.map(({ y }) => y)),
    top: Math.max(...projected.map(({ y }) => y)),
  };
}

describe('standpoint', () => {
  const box = (x: number, y: number, z: number) =>
    [-1, 1].flatMap((a) => [-1, 1].flatMap((b) => [-1, 1].flatMap((c) => [a * x, b * y, c * z])));

  it.each([
    ['a long row in a wide view', box(120, 14, 32), 1.8],
    ['a long row in a tall view', box(120, 14, 32), 0.6],
    ['a tower', box(10, 100, 10), 1.8],
    ['a beam towards the viewer', box(5, 5, 300), 1.2],
  ])('shows all of %s, and as large as it can be', (_, points, aspect) => {
    const seen = extent(points, aspect, 0.45, 0.5);
    expect(seen.left).toBeGreaterThanOrEqual(-1.0001);
    expect(seen.right).toBeLessThanOrEqual(0.9001);
    expect(seen.bottom).toBeGreaterThanOrEqual(-1.0001);
    expect(seen.top).toBeLessThanOrEqual(0.8001);
    const fillsWidth = seen.right - seen.left > 1.899;
    const fillsHeight = seen.top - seen.bottom > 1.799;
    expect(fillsWidth || fillsHeight).toBe(true);
  });
});
