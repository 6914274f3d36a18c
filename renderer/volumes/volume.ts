import {
  BackSide,
  BufferGeometry,
  CustomBlending,
  DoubleSide,
  Float32BufferAttribute,
  GLSL3,
  Mesh,
  OneFactor,
  OneMinusSrcAlphaFactor,
  RawShaderMaterial,
  Vector3,
  type Vector3Like,
} from 'three';
import { colourMapOf, divergingZero, type ColourMapKind } from '#shared/colour-maps';
import { frameValue, type Frame, type FrameLayer } from '#shared/frames';
import type { ImageShape } from '#shared/images';
import type { Placement } from '#shared/stage-layout';
import { findBest } from './best-classes';
import { trueChannel, type Detail } from './detail';
import { LayerCodes } from './layer-codes';
import type { Look } from './look';
import {
  facingAxis,
  pickCell,
  toCellDirection,
  toCellPoint,
  type MutableVector,
  type SliceAxis,
} from './picking';
import { fragmentShaders, vertexShader } from './volume-shader';

/** The share of a layer's scale from which a cell can be seen, and so pointed at, through emptier ones. */
const visibleStrength = 0.12;

/** Where a drawn cell lies in its layer. */
export interface TrueCell {
  y: number;
  x: number;
  channel: number;
}

/** One layer of the network: its mesh, its codes, and what a ray hits in it. */
export class LayerVolume {
  readonly mesh: Mesh<BufferGeometry, RawShaderMaterial>;
  readonly shape: ImageShape;
  /** For bars: the class of each row. */
  readonly classes: Uint32Array;
  /** Where it stands, with all its cells, and with those that are drawn, as its grid. */
  whole: Placement;
  placement: Placement;
  mapKind: ColourMapKind = 'sequential';

  private readonly detail: Detail;
  private readonly drawn: LayerCodes;
  private frame: Frame | null = null;
  private entry: FrameLayer | null = null;
  /** What bars stand for. */
  private readonly values: Float32Array;
  private axis: SliceAxis = 2;

  private readonly viewer: MutableVector = [0, 0, 0];
  private readonly toViewer: MutableVector = [0, 0, 0];
  private readonly rayOrigin: MutableVector = [0, 0, 0];
  private readonly rayDirection: MutableVector = [0, 0, 0];

  /** `placement` counts all cells of the layer; `detail` says which of them are drawn. */
  constructor(shape: ImageShape, placement: Placement, detail: Detail) {
    this.shape = shape;
    this.detail = detail;
    this.whole = placement;
    this.placement = drawnPlacement(placement, detail);
    const isBars = placement.kind === 'bars';
    this.classes = Uint32Array.from({ length: isBars ? placement.grid[1] : 0 }, (_, row) => row);
    this.values = new Float32Array(isBars ? shape[2] : 0);
    this.drawn = new LayerCodes(shape, detail, placement.kind === 'volume');
    this.mesh = new Mesh(placement.kind === 'volume' ? box() : quad(), this.makeMaterial());
    this.mesh.frustumCulled = false;
    this.moveTo(placement);
  }

  /** Stands the layer elsewhere. */
  moveTo(placement: Placement): void {
    this.whole = placement;
    this.placement = drawnPlacement(placement, this.detail);
    (this.uniform('cell').value as Vector3).set(...this.placement.cell);
    this.mesh.position.set(placement.x, placement.y, placement.z);
    this.mesh.updateMatrixWorld();
  }

  /** Takes its layer of a frame. Bars show the network's output, unquantised, where that is theirs. */
  take(frame: Frame, entry: FrameLayer): void {
    this.frame = frame;
    this.entry = entry;
    this.mapKind = this.placement.kind === 'bars' ? 'sequential' : colourMapOf(entry);
    this.uniform('zero').value = this.mapKind === 'diverging' ? divergingZero : 0;
    if (this.placement.kind === 'bars') this.takeBars(frame, entry);
    else this.drawn.take(frame, entry);
  }

  private takeBars(frame: Frame, entry: FrameLayer): void {
    const { values, classes, drawn } = this;
    if (frame.output.length === values.length) values.set(frame.output);
    else for (let unit = 0; unit < values.length; unit++) values[unit] = frameValue(frame, entry, 0, 0, unit);
    if (classes.length < values.length) findBest(values, classes);
    for (let row = 0; row < classes.length; row++) {
      const value = values[classes[row] as number] as number;
      drawn.codes[row] = Math.round(255 * Math.min(1, Math.max(0, value)));
    }
    drawn.texture.needsUpdate = true;
  }

  /** The class of a row of bars, and its value. */
  barValue(row: number): number {
    return this.values[this.classes[row] as number] as number;
  }

  setColours({ maps, ink }: Look): void {
    this.uniform('map').value = maps[this.placement.kind === 'volume' ? 'slices' : 'panel'][this.mapKind];
    (this.uniform('ink').value as Vector3).set(ink.r, ink.g, ink.b);
  }

  /** 1 draws the layer in full, less lets it stand back. */
  setEmphasis(emphasis: number): void {
    this.uniform('emphasis').value = emphasis;
  }

  /** Cuts the volume across the line of sight. */
  faceViewer(camera: Vector3Like): void {
    const { placement, viewer, toViewer } = this;
    if (placement.kind !== 'volume') return;
    toCellPoint(placement, camera.x, camera.y, camera.z, viewer);
    for (let i = 0; i < 3; i++) {
      const cells = placement.grid[i] as number;
      toViewer[i] = ((viewer[i] as number) - cells / 2) * (placement.cell[i] as number);
    }
    this.axis = facingAxis(placement.grid, toViewer, this.axis);
    (this.uniform('viewer').value as Vector3).set(viewer[0], viewer[1], viewer[2]);
    (this.uniform('along').value as Vector3).set(0, 0, 0).setComponent(this.axis, 1);
  }

  /** Writes the drawn cell that a ray hits into `cell` (column, row, channel) and returns the distance, or -1. */
  pick(origin: Vector3Like, direction: Vector3Like, cell: MutableVector): number {
    toCellPoint(this.placement, origin.x, origin.y, origin.z, this.rayOrigin);
    toCellDirection(this.placement, direction.x, direction.y, direction.z, this.rayDirection);
    const { grid } = this.placement;
    return pickCell(grid, this.axis, this.rayOrigin, this.rayDirection, this.isVisible, cell);
  }

  /** Writes where a drawn cell lies in its layer; a panel's last row has places without a unit, of which it says no. */
  locate([column, row, channel]: MutableVector, into: TrueCell): boolean {
    const { kind, grid } = this.placement;
    const [, , channels] = this.shape;
    if (kind === 'volume') {
      into.y = row * this.detail.step;
      into.x = column * this.detail.step;
      into.channel = trueChannel(channel, grid[2], channels);
      return true;
    }
    const unit = row * grid[0] + column;
    const drawn = this.detail.shape[2];
    into.y = into.x = 0;
    into.channel = kind === 'bars' ? (this.classes[row] as number) : trueChannel(unit, drawn, channels);
    return kind === 'bars' || unit < drawn;
  }

  /** The value of a cell of the layer; 0 before a frame has come. */
  valueAt({ y, x, channel }: Readonly<TrueCell>): number {
    if (this.frame === null || this.entry === null) return 0;
    if (this.placement.kind === 'bars') return this.values[channel] as number;
    return frameValue(this.frame, this.entry, y, x, channel);
  }

  private readonly isVisible = (column: number, row: number, channel: number): boolean => {
    const { kind, grid } = this.placement;
    if (kind !== 'volume') return true;
    const code = this.drawn.codes[(row * grid[0] + column) * grid[2] + channel] ?? 0;
    const strength =
      this.mapKind === 'diverging' ? Math.abs(code - divergingZero) / divergingZero : code / 255;
    return strength >= visibleStrength;
  };

  private uniform(name: string): { value: unknown } {
    const uniform = this.mesh.material.uniforms[name];
    if (uniform === undefined) throw new Error(`The volume's shader has no ${name}.`);
    return uniform;
  }

  private makeMaterial(): RawShaderMaterial {
    const { kind, grid, cell } = this.placement;
    return new RawShaderMaterial({
      glslVersion: GLSL3,
      vertexShader,
      fragmentShader: fragmentShaders[kind],
      uniforms: {
        grid: { value: new Vector3(...grid) },
        cell: { value: new Vector3(...cell) },
        viewer: { value: new Vector3() },
        along: { value: new Vector3(0, 0, 1) },
        zero: { value: 0 },
        units: { value: this.detail.shape[2] },
        emphasis: { value: 1 },
        ink: { value: new Vector3() },
        codes: { value: this.drawn.texture },
        map: { value: null },
      },
      transparent: true,
      blending: CustomBlending,
      blendSrc: OneFactor,
      blendDst: OneMinusSrcAlphaFactor,
      // From inside a volume its far sides are still seen.
      side: kind === 'volume' ? BackSide : DoubleSide,
    });
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
    this.drawn.dispose();
  }
}

/** The same box in space, with as many cells as are drawn. */
export function drawnPlacement(
  placement: Placement,
  { shape: [rows, columns, channels] }: Detail,
): Placement {
  if (placement.kind !== 'volume') return placement;
  const { size } = placement;
  return {
    ...placement,
    grid: [columns, rows, channels],
    cell: [size[0] / columns, size[1] / rows, size[2] / channels],
  };
}

/** Corners of a unit cube; corner bits are x, y, z. Seen from outside, its triangles turn to the left. */
function box(): BufferGeometry {
  const geometry = new BufferGeometry();
  const corners = Array.from({ length: 8 }, (_, corner) => [corner & 1, (corner >> 1) & 1, corner >> 2]);
  geometry.setAttribute('position', new Float32BufferAttribute(corners.flat(), 3));
  const sides = [
    [0, 2, 3, 1],
    [4, 5, 7, 6],
    [0, 1, 5, 4],
    [2, 6, 7, 3],
    [0, 4, 6, 2],
    [1, 3, 7, 5],
  ] as const;
  geometry.setIndex(sides.flatMap(([a, b, c, d]) => [a, b, c, a, c, d]));
  return geometry;
}

function quad(): BufferGeometry {
  const geometry = new BufferGeometry();
  const corners = [0, 0, 0.5, 1, 0, 0.5, 1, 1, 0.5, 0, 1, 0.5];
  geometry.setAttribute('position', new Float32BufferAttribute(corners, 3));
  geometry.setIndex([0, 2, 1, 0, 3, 2]);
  return geometry;
}
