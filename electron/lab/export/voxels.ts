/** Boxes as triangles, for volumes in three dimensions. Only faces that can be seen are made. */

/** How light the faces of one direction are: as they are from the front, darker from the sides, so that depth is seen. */
interface Side {
  /** To the cell beyond the face: column, row, channel. */
  readonly beyond: readonly [x: number, y: number, z: number];
  /** Counter-clockwise from outside; 0 and 1 stand for the low and the high end along each axis of space. */
  readonly corners: readonly (readonly [x: 0 | 1, y: 0 | 1, z: 0 | 1])[];
  readonly light: number;
}

/** Rows run down and channels away from the viewer, as on the stage. */
const sides: readonly Side[] = [
  // prettier-ignore
  { beyond: [0, 0, -1], light: 1, corners: [[0, 0, 1], [1, 0, 1], [1, 1, 1], [0, 1, 1]] },
  // prettier-ignore
  { beyond: [0, 0, 1], light: 1, corners: [[1, 0, 0], [0, 0, 0], [0, 1, 0], [1, 1, 0]] },
  // prettier-ignore
  { beyond: [1, 0, 0], light: 0.62, corners: [[1, 0, 1], [1, 0, 0], [1, 1, 0], [1, 1, 1]] },
  // prettier-ignore
  { beyond: [-1, 0, 0], light: 0.62, corners: [[0, 0, 0], [0, 0, 1], [0, 1, 1], [0, 1, 0]] },
  // prettier-ignore
  { beyond: [0, -1, 0], light: 0.8, corners: [[0, 1, 1], [1, 1, 1], [1, 1, 0], [0, 1, 0]] },
  // prettier-ignore
  { beyond: [0, 1, 0], light: 0.8, corners: [[0, 0, 0], [1, 0, 0], [1, 0, 1], [0, 0, 1]] },
];

export interface Box {
  readonly low: readonly [x: number, y: number, z: number];
  readonly high: readonly [x: number, y: number, z: number];
  /** Which entry of the colour table. */
  readonly code: number;
}

export interface Triangles {
  readonly positions: Float32Array;
  /** RGBA, linear light, 16 bits a channel. */
  readonly colours: Uint16Array;
  readonly indices: Uint32Array;
}

/** Cells of a grid that are drawn, each a cube of side 1. */
export interface VoxelGrid {
  readonly size: readonly [columns: number, rows: number, channels: number];
  /** The code of a cell; `null` for one that is left out. */
  codeAt(x: number, y: number, z: number): number | null;
}

/** Faces between a drawn cell and one that is not. */
export function countFaces(grid: VoxelGrid): number {
  let faces = 0;
  eachFace(grid, () => {
    faces++;
  });
  return faces;
}

/**
 * The seen faces of a grid's cells, around the origin.
 * @param colours 256 RGB colours of 8 bits a channel, four bytes each
 */
export function gridTriangles(grid: VoxelGrid, colours: Uint8Array): Triangles {
  const [columns, rows, channels] = grid.size;
  const writer = new FaceWriter(countFaces(grid), colours);
  eachFace(grid, (x, y, z, code, side) => {
    const low = [x - columns / 2, rows / 2 - y - 1, channels / 2 - z - 1] as const;
    writer.add({ low, high: [low[0] + 1, low[1] + 1, low[2] + 1], code }, side);
  });
  return writer.triangles;
}

/** Boxes that stand by themselves, with all of their faces. */
export function boxTriangles(boxes: readonly Box[], colours: Uint8Array): Triangles {
  const writer = new FaceWriter(boxes.length * sides.length, colours);
  for (const box of boxes) for (const side of sides) writer.add(box, side);
  return writer.triangles;
}

function eachFace(
  { size: [columns, rows, channels], codeAt }: VoxelGrid,
  visit: (x: number, y: number, z: number, code: number, side: Side) => void,
): void {
  const drawn = (x: number, y: number, z: number): boolean =>
    x >= 0 && y >= 0 && z >= 0 && x < columns && y < rows && z < channels && codeAt(x, y, z) !== null;
  for (let z = 0; z < channels; z++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const code = codeAt(x, y, z);
        if (code === null) continue;
        for (const side of sides) {
          const [dx, dy, dz] = side.beyond;
          if (!drawn(x + dx, y + dy, z + dz)) visit(x, y, z, code, side);
        }
      }
    }
  }
}

class FaceWriter {
  readonly triangles: Triangles;
  readonly #colours: Uint8Array;
  #faces = 0;

  constructor(faces: number, colours: Uint8Array) {
    this.#colours = colours;
    this.triangles = {
      positions: new Float32Array(faces * 12),
      colours: new Uint16Array(faces * 16),
      indices: new Uint32Array(faces * 6),
    };
  }

  add({ low, high, code }: Box, { corners, light }: Side): void {
    const { positions, colours, indices } = this.triangles;
    const first = this.#faces * 4;
    corners.forEach((corner, index) => {
      const vertex = first + index;
      corner.forEach((end, axis) => {
        positions[vertex * 3 + axis] = (end === 0 ? low : high)[axis] as number;
      });
      for (let channel = 0; channel < 3; channel++) {
        const byte = this.#colours[code * 4 + channel] as number;
        colours[vertex * 4 + channel] = Math.round(linear(byte) * light * 0xffff);
      }
      colours[vertex * 4 + 3] = 0xffff;
    });
    indices.set([first, first + 1, first + 2, first, first + 2, first + 3], this.#faces * 6);
    this.#faces++;
  }
}

/** From sRGB to light (IEC 61966-2-1), as glTF wants the colours of vertices. */
function linear(byte: number): number {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}
