/** The thin lines of the scene: a box around each layer, the thread that joins them, the outline of a hovered cell. */
import { BufferGeometry, Float32BufferAttribute, LineBasicMaterial, LineSegments, type Color } from 'three';
import { placeAt, type Placement } from '#shared/stage-layout';
import type { Arrangement } from './arrangement';
import type { MutableVector } from './picking';
import type { Cells } from './windows';

/** Pairs of corners; corner bits are x, y, z. */
const edges = [0, 1, 2, 3, 4, 5, 6, 7, 0, 2, 1, 3, 4, 6, 5, 7, 0, 4, 1, 5, 2, 6, 3, 7];
const verticesABox = edges.length;
/** A map, a cell, and the cells of four sources. */
const mostOutlines = 6;

export interface LineColours {
  readonly box: Color;
  readonly accent: Color;
  readonly thread: Color;
}

/** Corners of a placement's box, eight points of x, y, z. */
export function boxCorners({ x, y, z, size }: Placement, into: Float32Array, at = 0): void {
  for (let corner = 0; corner < 8; corner++) {
    const i = at + corner * 3;
    into[i] = x + ((corner & 1) === 0 ? -0.5 : 0.5) * size[0];
    into[i + 1] = y + ((corner & 2) === 0 ? -0.5 : 0.5) * size[1];
    into[i + 2] = z + ((corner & 4) === 0 ? -0.5 : 0.5) * size[2];
  }
}

/** All boxes and the thread in one draw call. */
export class Frames {
  readonly lines: LineSegments<BufferGeometry, LineBasicMaterial>;
  private readonly boxes: number;

  constructor(arrangement: Arrangement) {
    const { placements } = arrangement;
    this.boxes = placements.length;
    const corners = new Float32Array(24);
    const points: number[] = [];
    for (const placement of placements) {
      boxCorners(placement, corners);
      for (const corner of edges) points.push(...corners.subarray(corner * 3, corner * 3 + 3));
    }
    points.push(...thread(arrangement));
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new Float32BufferAttribute(points, 3));
    geometry.setAttribute('color', new Float32BufferAttribute(new Float32Array(points.length), 3));
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

/**
 * From the middle of each layer's right side to the middle of the next one's left; from row to row it goes back
 * through the gap between them. Pairs of points.
 */
function thread({ placements, rows, gaps, turn }: Arrangement): number[] {
  const points: number[] = [];
  placements.forEach((next, i) => {
    const last = placements[i - 1];
    if (last === undefined) return;
    const from = [last.x + last.size[0] / 2, last.y, last.z] as const;
    const to = [next.x - next.size[0] / 2, next.y, next.z] as const;
    const row = rows.indexOf(i);
    const gap = gaps[row - 1];
    if (gap === undefined) {
      points.push(...from, ...to);
      return;
    }
    const corners = [at(turn[1], last.y), at(turn[1], gap), at(turn[0], gap), at(turn[0], next.y)];
    let before: readonly number[] = from;
    for (const corner of [...corners, to]) {
      points.push(...before, ...corner);
      before = corner;
    }
  });
  return points;
}

/** A point of the plane that the rows stand in, at a height of the scene. */
function at(along: number, height: number): readonly [number, number, number] {
  const { x, z } = placeAt(along, 0);
  return [x, height, z];
}

/** The outline of a cell, of the feature map that it lies in, and of the cells that it is computed from. */
export class HoverOutline {
  readonly lines: LineSegments<BufferGeometry, LineBasicMaterial>;
  private readonly points: Float32Array;
  private readonly box = new Float32Array(24);
  private length = 0;

  constructor() {
    const geometry = new BufferGeometry();
    const attribute = new Float32BufferAttribute(new Float32Array(mostOutlines * verticesABox * 3), 3);
    geometry.setAttribute('position', attribute);
    this.points = attribute.array as Float32Array;
    this.lines = new LineSegments(geometry, new LineBasicMaterial({ depthTest: false, transparent: true }));
    this.lines.frustumCulled = false;
    this.lines.renderOrder = 2e6;
    this.lines.visible = false;
  }

  /** A drawn cell and its whole map. */
  show(placement: Placement, [column, row, channel]: MutableVector): void {
    const { grid } = placement;
    this.length = 0;
    this.add(placement, 0, grid[0], 0, grid[1], channel + 0.5, channel + 0.5);
    this.add(placement, column, column + 1, row, row + 1, channel + 0.5, channel + 0.5);
    this.finish();
  }

  /** Also the cells that it is computed from, counted as `placement` does: of one channel, or of all with -1. */
  showSource(placement: Placement, { left, right, top, bottom }: Cells, channel: number): void {
    const [front, back] = channel < 0 ? [0, placement.grid[2]] : [channel + 0.5, channel + 0.5];
    this.add(placement, left, right, top, bottom, front, back);
    this.finish();
  }

  hide(): void {
    this.lines.visible = false;
  }

  private finish(): void {
    this.lines.geometry.setDrawRange(0, this.length);
    this.lines.geometry.getAttribute('position').needsUpdate = true;
    this.lines.visible = true;
  }

  /** Adds the edges of a box of cells. */
  private add(
    placement: Placement,
    left: number,
    right: number,
    top: number,
    bottom: number,
    front: number,
    back: number,
  ): void {
    if (this.length + verticesABox > mostOutlines * verticesABox) return;
    const { x, y, z, grid, cell } = placement;
    for (let corner = 0; corner < 8; corner++) {
      const i = corner * 3;
      this.box[i] = x + (((corner & 1) === 0 ? left : right) - grid[0] / 2) * cell[0];
      this.box[i + 1] = y + (grid[1] / 2 - ((corner & 2) === 0 ? top : bottom)) * cell[1];
      this.box[i + 2] = z + (grid[2] / 2 - ((corner & 4) === 0 ? front : back)) * cell[2];
    }
    for (let i = 0; i < verticesABox; i++) {
      const from = (edges[i] as number) * 3;
      const to = (this.length + i) * 3;
      for (let axis = 0; axis < 3; axis++) this.points[to + axis] = this.box[from + axis] as number;
    }
    this.length += verticesABox;
  }

  dispose(): void {
    this.lines.geometry.dispose();
    this.lines.material.dispose();
  }
}
