/** The thin lines of the scene: a box around each layer, the thread that joins them, the outline of a hovered cell. */
import { BufferGeometry, Float32BufferAttribute, LineBasicMaterial, LineSegments, type Color } from 'three';
import type { Placement } from '#shared/stage-layout';
import type { MutableVector } from './picking';

/** Pairs of corners; corner bits are x, y, z. */
const edges = [0, 1, 2, 3, 4, 5, 6, 7, 0, 2, 1, 3, 4, 6, 5, 7, 0, 4, 1, 5, 2, 6, 3, 7];
const verticesABox = edges.length;

export interface LineColours {
  readonly box: Color;
  readonly accent: Color;
  readonly thread: Color;
}

/** Corners of a placement's box, eight points of x, y, z. */
export function boxCorners({ x, z, size }: Placement, into: Float32Array, at = 0): void {
  for (let corner = 0; corner < 8; corner++) {
    const i = at + corner * 3;
    into[i] = x + ((corner & 1) === 0 ? -0.5 : 0.5) * size[0];
    into[i + 1] = ((corner & 2) === 0 ? -0.5 : 0.5) * size[1];
    into[i + 2] = z + ((corner & 4) === 0 ? -0.5 : 0.5) * size[2];
  }
}

/** All boxes and threads in one draw call. */
export class Frames {
  readonly lines: LineSegments<BufferGeometry, LineBasicMaterial>;
  private readonly boxes: number;

  constructor(placements: readonly Placement[]) {
    this.boxes = placements.length;
    const corners = new Float32Array(24);
    const points: number[] = [];
    for (const placement of placements) {
      boxCorners(placement, corners);
      for (const corner of edges) points.push(...corners.subarray(corner * 3, corner * 3 + 3));
    }
    placements.forEach((placement, i) => {
      const next = placements[i + 1];
      if (next === undefined) return;
      // From the middle of one side to the middle of the next.
      points.push(placement.x + placement.size[0] / 2, 0, placement.z, next.x - next.size[0] / 2, 0, next.z);
    });
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new Float32BufferAttribute(points, 3));
    geometry.setAttribute('color', new Float32BufferAttribute(new Float32Array((points.length / 3) * 3), 3));
    this.lines = new LineSegments(geometry, new LineBasicMaterial({ vertexColors: true, transparent: true }));
    this.lines.frustumCulled = false;
    this.lines.renderOrder = 1e6;
  }

  /** Colours the boxes; the one at index `accented` stands out. */
  paint(colours: LineColours, accented: number): void {
    const attribute = this.lines.geometry.getAttribute('color');
    for (let i = 0; i < attribute.count; i++) {
      const box = Math.floor(i / verticesABox);
      const colour = box >= this.boxes ? colours.thread : box === accented ? colours.accent : colours.box;
      attribute.setXYZ(i, colour.r, colour.g, colour.b);
    }
    attribute.needsUpdate = true;
  }

  dispose(): void {
    this.lines.geometry.dispose();
    this.lines.material.dispose();
  }
}

/** The outline of a cell and of the feature map that it lies in. */
export class HoverOutline {
  readonly lines: LineSegments<BufferGeometry, LineBasicMaterial>;
  private readonly points = new Float32Array(2 * 8 * 3);

  constructor() {
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new Float32BufferAttribute(this.points, 3));
    // The attribute copied the points; share its own array instead.
    this.points = geometry.getAttribute('position').array as Float32Array<ArrayBuffer>;
    this.lines = new LineSegments(geometry, new LineBasicMaterial({ depthTest: false, transparent: true }));
    this.lines.frustumCulled = false;
    this.lines.renderOrder = 2e6;
    this.lines.visible = false;
  }

  show({ x, z: middle, grid, cell, size }: Placement, [column, row, channel]: MutableVector): void {
    const z = middle + grid[2] / 2 - channel - 0.5;
    this.rectangle(0, x - size[0] / 2, size[1] / 2, size[0], size[1], z);
    const left = x + (column - grid[0] / 2) * cell[0];
    const top = (grid[1] / 2 - row) * cell[1];
    this.rectangle(24, left, top, cell[0], cell[1], z);
    this.lines.geometry.getAttribute('position').needsUpdate = true;
    this.lines.visible = true;
  }

  hide(): void {
    this.lines.visible = false;
  }

  private rectangle(at: number, left: number, top: number, width: number, height: number, z: number): void {
    const { points } = this;
    for (let side = 0; side < 4; side++) {
      for (let end = 0; end < 2; end++) {
        const corner = (side + end) % 4;
        const i = at + (side * 2 + end) * 3;
        points[i] = left + (corner === 1 || corner === 2 ? width : 0);
        points[i + 1] = top - (corner >= 2 ? height : 0);
        points[i + 2] = z;
      }
    }
  }

  dispose(): void {
    this.lines.geometry.dispose();
    this.lines.material.dispose();
  }
}
