import {
  Document,
  WebIO,
  type Accessor,
  type Buffer,
  type GLTF,
  type Material,
  type Primitive,
} from '@gltf-transform/core';
import { KHRMaterialsUnlit } from '@gltf-transform/extensions';
import { colourMapBytes, colourMapOf, divergingZero, scaleEnds, type Theme } from '#shared/colour-maps';
import { Refusal } from '#shared/errors';
import { encodeLayers, type FrameLayer, type LayerActivation } from '#shared/frames';
import { layOut, type Placement } from '#shared/stage-layout';
import { boxTriangles, countFaces, gridTriangles, type Box, type Triangles, type VoxelGrid } from './voxels';

export interface GlbOptions {
  readonly theme: Theme;
  /** The share of a layer's scale from which a cell is drawn, 0 to 1; 0 leaves out only those that are zero. */
  readonly threshold: number;
}

/** About 100 MB; more is carried by few viewers. */
const mostFaces = 1_000_000;
/** As high as the bars of the stage, the rest of a row is empty. */
const barShare = 0.68;
const barDepth = 0.12;
/** Of primitives, as glTF counts them. */
const modes = { lines: 1, triangles: 4 } as const;

/**
 * Layers as the stage shows them, in binary glTF 2.0: a node a layer, a cube a cell in the colours of the window, of the
 * same scale for all cells of a layer. Colours are unlit, so that every viewer shows the same. One unit is one cell.
 */
export async function glb(
  title: string,
  layers: readonly LayerActivation[],
  { theme, threshold }: GlbOptions,
): Promise<Uint8Array> {
  const { layers: coded, codes } = encodeLayers(layers);
  const placements = layOut(layers.map(({ shape }) => shape));
  const bodies = coded.map((layer, index) => bodyOf(layer, codes, placements[index] as Placement, threshold));
  refuseUncarried(bodies);
  const scene = new Scene(title);
  bodies.forEach((body, index) => {
    const layer = coded[index] as FrameLayer;
    const colours = colourMapBytes(colourMapOf(layer), theme);
    scene.add(layer, placements[index] as Placement, trianglesOf(body, colours));
  });
  return scene.write();
}

type Body =
  | { readonly kind: 'grid'; readonly grid: VoxelGrid; readonly faces: number }
  | { readonly kind: 'boxes'; readonly boxes: readonly Box[]; readonly faces: number };

function bodyOf(layer: FrameLayer, codes: Uint8Array, placement: Placement, threshold: number): Body {
  const drawn = visibleCode(layer, codes, threshold);
  const [, width, channels] = layer.shape;
  const [columns] = placement.grid;
  switch (placement.kind) {
    case 'volume': {
      const codeAt = (x: number, y: number, z: number) => drawn((y * width + x) * channels + z);
      const grid = { size: placement.grid, codeAt };
      return { kind: 'grid', grid, faces: countFaces(grid) };
    }
    case 'cells': {
      const codeAt = (x: number, y: number) => (y * columns + x < channels ? drawn(y * columns + x) : null);
      const grid = { size: placement.grid, codeAt };
      return { kind: 'grid', grid, faces: countFaces(grid) };
    }
    case 'bars': {
      const boxes = barsOf(layer, codes);
      return { kind: 'boxes', boxes, faces: boxes.length * 6 };
    }
  }
}

function visibleCode(
  layer: FrameLayer,
  codes: Uint8Array,
  threshold: number,
): (index: number) => number | null {
  const diverging = colourMapOf(layer) === 'diverging';
  const [zero, furthest] = diverging ? [divergingZero, divergingZero] : [0, 255];
  return (index) => {
    const code = codes[layer.start + index] as number;
    const strength = Math.abs(code - zero);
    return strength === 0 || strength < threshold * furthest ? null : code;
  };
}

/** A bar a class, as long as its value is of the greatest, in a row of height 1 and with all of them centred. */
function barsOf(layer: FrameLayer, codes: Uint8Array): readonly Box[] {
  const classes = layer.shape[2];
  const empty = (1 - barShare) / 2;
  return Array.from({ length: classes }, (_, index): Box => {
    const code = codes[layer.start + index] as number;
    const top = classes / 2 - index;
    const length = Math.max(code, 1) / 255;
    return {
      low: [-0.5, top - 1 + empty, -barDepth / 2],
      high: [length - 0.5, top - empty, barDepth / 2],
      code,
    };
  });
}

function trianglesOf(body: Body, colours: Uint8Array): Triangles {
  return body.kind === 'grid' ? gridTriangles(body.grid, colours) : boxTriangles(body.boxes, colours);
}

function refuseUncarried(bodies: readonly Body[]): void {
  const faces = bodies.reduce((sum, body) => sum + body.faces, 0);
  if (faces <= mostFaces) return;
  throw new Refusal(
    `The volumes would have ${faces.toLocaleString('en-US')} faces, and viewers carry ` +
      `${mostFaces.toLocaleString('en-US')}; take a single layer, or a threshold from which cells are drawn.`,
  );
}

/** A glTF document that grows by a layer at a time. */
class Scene {
  readonly #document = new Document();
  readonly #buffer: Buffer;
  readonly #material: Material;
  readonly #root;

  constructor(title: string) {
    const document = this.#document;
    document.getRoot().getAsset().generator = 'Convscope';
    this.#buffer = document.createBuffer();
    const unlit = document.createExtension(KHRMaterialsUnlit);
    this.#material = document
      .createMaterial('cells')
      .setExtension('KHR_materials_unlit', unlit.createUnlit());
    this.#root = document.createNode(title);
    const scene = document.createScene(title).addChild(this.#root);
    document.getRoot().setDefaultScene(scene);
  }

  add(layer: FrameLayer, placement: Placement, triangles: Triangles): void {
    const mesh = this.#document.createMesh(layer.name).addPrimitive(this.#outline(placement));
    if (triangles.indices.length > 0) mesh.addPrimitive(this.#faces(triangles));
    const [width, height] = placement.cell;
    const node = this.#document
      .createNode(layer.name)
      .setMesh(mesh)
      .setTranslation([placement.x, 0, placement.z])
      .setScale([width, height, placement.kind === 'volume' ? 1 : width])
      .setExtras({ shape: [...layer.shape], scaleEnds: scaleEnds(layer) });
    this.#root.addChild(node);
  }

  write(): Promise<Uint8Array> {
    return new WebIO().registerExtensions([KHRMaterialsUnlit]).writeBinary(this.#document);
  }

  #faces({ positions, colours, indices }: Triangles): Primitive {
    return this.#primitive(modes.triangles, positions, colours, indices);
  }

  /** The edges of the layer's box, so that empty layers and empty ends are seen too. */
  #outline({ grid: [columns, rows, depth], kind }: Placement): Primitive {
    const half = [columns / 2, rows / 2, (kind === 'bars' ? barDepth : depth) / 2] as const;
    const positions = new Float32Array(24);
    const edges: number[] = [];
    for (let corner = 0; corner < 8; corner++) {
      for (let axis = 0; axis < 3; axis++) {
        const high = ((corner >> axis) & 1) === 1;
        positions[corner * 3 + axis] = (half[axis] as number) * (high ? 1 : -1);
        if (!high) edges.push(corner, corner | (1 << axis));
      }
    }
    const grey = new Uint16Array(32).map((_, index) => (index % 4 === 3 ? 0xffff : 0x2800));
    return this.#primitive(modes.lines, positions, grey, new Uint32Array(edges));
  }

  #primitive(
    mode: GLTF.MeshPrimitiveMode,
    positions: Float32Array,
    colours: Uint16Array,
    indices: Uint32Array,
  ): Primitive {
    return this.#document
      .createPrimitive()
      .setMode(mode)
      .setMaterial(this.#material)
      .setAttribute('POSITION', this.#accessor(positions, 'VEC3'))
      .setAttribute('COLOR_0', this.#accessor(colours, 'VEC4').setNormalized(true))
      .setIndices(this.#accessor(indices, 'SCALAR'));
  }

  #accessor(array: Float32Array | Uint16Array | Uint32Array, type: GLTF.AccessorType): Accessor {
    return this.#document.createAccessor().setType(type).setArray(array).setBuffer(this.#buffer);
  }
}
