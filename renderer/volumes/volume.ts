import {
  DataArrayTexture,
  DoubleSide,
  GLSL3,
  InstancedBufferGeometry,
  Float32BufferAttribute,
  Mesh,
  NearestFilter,
  RawShaderMaterial,
  RedFormat,
  CustomBlending,
  OneFactor,
  OneMinusSrcAlphaFactor,
  Vector2,
  Vector3,
  type Color,
  type DataTexture,
  type Vector3Like,
} from 'three';
import type { FrameLayer } from '#shared/frames';
import type { ImageShape } from '#shared/images';
import { colourMapOf, type ColourMapKind } from '#shared/colour-maps';
import type { Placement } from '#shared/stage-layout';
import {
  facingAxis,
  pickCell,
  slicesBefore,
  toCellDirection,
  toCellPoint,
  type MutableVector,
  type SliceAxis,
} from './picking';
import { fragmentShader, vertexShader } from './volume-shader';

/** Units of a dense layer a row of the texture; the shader knows it as `& 1023` and `>> 10`. */
const unitsPerRow = 1024;
const kinds = { volume: 0, cells: 1, bars: 2 } as const;
/** The share of a layer's scale from which a cell can be seen, and so pointed at, through emptier ones. */
const visibleStrength = 0.12;

/** What a graphics card can hold in one texture array. */
export interface TextureLimits {
  readonly side: number;
  readonly layers: number;
}

/** One layer of the network: its mesh, its codes, and what a ray hits in it. */
export class LayerVolume {
  readonly mesh: Mesh<InstancedBufferGeometry, RawShaderMaterial>;
  readonly placement: Placement;
  mapKind: ColourMapKind = 'sequential';

  private readonly shape: ImageShape;
  private readonly codes: Uint8Array<ArrayBuffer>;
  private readonly texture: DataArrayTexture;
  private readonly length: number;
  /** What bars stand for, unquantised. */
  private probabilities: Float32Array | null = null;
  private offset = 0;
  private scale = 0;
  private axis: SliceAxis = 2;

  private readonly viewer: MutableVector = [0, 0, 0];
  private readonly toViewer: MutableVector = [0, 0, 0];
  private readonly rayOrigin: MutableVector = [0, 0, 0];
  private readonly rayDirection: MutableVector = [0, 0, 0];

  constructor(shape: ImageShape, placement: Placement, limits: TextureLimits) {
    this.shape = shape;
    this.placement = placement;
    const [height, width, channels] = shape;
    this.length = height * width * channels;
    // Texel (channel, column) of array layer `row`: the order of a frame, so that a frame is copied, not transposed,
    // and the number of channels is not bound by the number of layers that an array may have.
    const [columns, rows, layers] =
      placement.kind === 'volume'
        ? [channels, width, height]
        : [Math.min(channels, unitsPerRow), 1, Math.ceil(channels / unitsPerRow)];
    const fits = columns <= limits.side && rows <= limits.side && layers <= limits.layers;
    this.codes = new Uint8Array(columns * rows * layers);
    this.texture = new DataArrayTexture(
      fits ? this.codes : new Uint8Array(1),
      ...(fits ? ([columns, rows, layers] as const) : ([1, 1, 1] as const)),
    );
    this.texture.format = RedFormat;
    this.texture.minFilter = NearestFilter;
    this.texture.magFilter = NearestFilter;
    this.texture.unpackAlignment = 1;
    this.texture.needsUpdate = true;
    this.mesh = new Mesh(quads(placement), this.makeMaterial());
    this.mesh.position.set(placement.x, 0, placement.z);
    this.mesh.frustumCulled = false;
    this.mesh.visible = fits;
    this.mesh.updateMatrixWorld();
  }

  /** Takes a layer of a frame. */
  upload(codes: Uint8Array, layer: FrameLayer): void {
    this.probabilities = null;
    this.codes.set(codes.subarray(layer.start, layer.start + this.length));
    this.accept(layer.offset, layer.scale, colourMapOf(layer));
  }

  /** Takes class probabilities, for bars. */
  uploadProbabilities(output: Float32Array): void {
    this.probabilities = output;
    for (let i = 0; i < this.length; i++) this.codes[i] = Math.round(255 * (output[i] as number));
    this.accept(0, 1 / 255, 'sequential');
  }

  private accept(offset: number, scale: number, kind: ColourMapKind): void {
    this.offset = offset;
    this.scale = scale;
    this.mapKind = kind;
    this.uniform('diverging').value = kind === 'diverging';
    this.texture.needsUpdate = true;
  }

  setColours(map: DataTexture, ink: Color, haze: number): void {
    this.uniform('map').value = map;
    (this.uniform('ink').value as Vector3).set(ink.r, ink.g, ink.b);
    this.uniform('haze').value = haze;
  }

  /** 1 draws the layer in full, less lets it stand back. */
  setEmphasis(emphasis: number): void {
    this.uniform('emphasis').value = emphasis;
  }

  /** Cuts the volume across the line of sight and orders the cuts from far to near. */
  faceViewer(camera: Vector3Like): void {
    const { placement, viewer, toViewer } = this;
    toCellPoint(placement, camera.x, camera.y, camera.z, viewer);
    for (let i = 0; i < 3; i++) toViewer[i] = (viewer[i] as number) - (placement.grid[i] as number) / 2;
    this.axis = placement.kind === 'volume' ? facingAxis(placement.grid, toViewer, this.axis) : 2;
    const slices = placement.grid[this.axis];
    this.uniform('axis').value = this.axis;
    this.uniform('before').value = slicesBefore(viewer[this.axis], slices);
    this.mesh.geometry.instanceCount = slices;
  }

  /** Writes the cell that a ray hits into `cell` (column, row, channel) and returns the distance, or -1. */
  pick(origin: Vector3Like, direction: Vector3Like, cell: MutableVector): number {
    toCellPoint(this.placement, origin.x, origin.y, origin.z, this.rayOrigin);
    toCellDirection(this.placement, direction.x, direction.y, direction.z, this.rayDirection);
    const { grid } = this.placement;
    return pickCell(grid, this.axis, this.rayOrigin, this.rayDirection, this.isVisible, cell);
  }

  /** The unit of a dense layer at a cell of its drawing, or the channel of a volume; -1 where there is none. */
  channelAt([column, row, channel]: MutableVector): number {
    if (this.placement.kind === 'volume') return channel;
    const unit = row * this.placement.grid[0] + column;
    return unit < this.length ? unit : -1;
  }

  /** The value at a cell. */
  valueAt(column: number, row: number, channel: number): number {
    const probability = this.probabilities?.[row];
    if (probability !== undefined) return probability;
    return this.offset + this.scale * this.codeAt(column, row, channel);
  }

  private codeAt(column: number, row: number, channel: number): number {
    const [, width, channels] = this.shape;
    const index =
      this.placement.kind === 'volume'
        ? (row * width + column) * channels + channel
        : row * this.placement.grid[0] + column;
    return this.codes[index] ?? 0;
  }

  private readonly isVisible = (column: number, row: number, channel: number): boolean => {
    if (this.placement.kind !== 'volume') return true;
    const code = this.codeAt(column, row, channel);
    return (this.mapKind === 'diverging' ? Math.abs(code - 127) / 127 : code / 255) >= visibleStrength;
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
      fragmentShader,
      defines: { KIND: kinds[kind] },
      uniforms: {
        grid: { value: new Vector3(...grid) },
        cell: { value: new Vector2(...cell) },
        axis: { value: 2 },
        before: { value: 0 },
        units: { value: this.length },
        diverging: { value: false },
        emphasis: { value: 1 },
        haze: { value: 0 },
        ink: { value: new Vector3() },
        codes: { value: this.texture },
        map: { value: null },
      },
      transparent: true,
      blending: CustomBlending,
      blendSrc: OneFactor,
      blendDst: OneMinusSrcAlphaFactor,
      side: DoubleSide,
      // The lines of the box lie on its faces and shall win there.
      polygonOffset: true,
      polygonOffsetFactor: 1,
      polygonOffsetUnits: 8,
    });
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
    this.texture.dispose();
  }
}

function quads({ grid }: Placement): InstancedBufferGeometry {
  const geometry = new InstancedBufferGeometry();
  geometry.setAttribute('position', new Float32BufferAttribute([0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0], 3));
  geometry.setIndex([0, 2, 1, 0, 3, 2]);
  geometry.instanceCount = grid[2];
  return geometry;
}
