/** Where the boxes of a network stand and how its edges run, from top to bottom. */
import { blocksOf, type Block } from './blocks';
import { blockHeight, boxWidth, type PlacedBlock, type Point } from './boxes';
import { framesOf, type Frame } from './frames';
import type { Network } from './network';
import { placePart, type Dagre, type Part, type PlacedPart } from './place-part';
import { segmentsOf, type Edge, type Segment } from './segments';

/** More boxes than this that no node parts take the layout longer than a person waits, and more memory than there is. */
const mostInSegment = 1200;

export interface PlacedEdge extends Edge {
  readonly points: readonly Point[];
}

export interface Layout {
  readonly blocks: readonly PlacedBlock[];
  readonly edges: readonly PlacedEdge[];
  /** Around the layers of nested models, the outer ones first. */
  readonly frames: readonly Frame[];
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Thrown for a network that would take too long; the message is for people. */
export class TooEntangled extends Error {}

/** Takes up to two seconds for a network whose parts are large: not for the window's own thread. */
export async function layoutOf(network: Network): Promise<Layout> {
  const dagre = await import('@dagrejs/dagre');
  const blocks = new Map(blocksOf(network).map((block) => [block.name, block]));
  const edges = edgesOf([...blocks.values()]);
  const segments = segmentsOf([...blocks.keys()], edges);
  const place = new PartPlacer(dagre);
  const centres = new Map<string, Point>();
  const placed: PlacedEdge[] = [];
  for (const [index, segment] of segments.entries()) {
    if (segment.nodes.length > mostInSegment) throw tooEntangled(segment);
    const part = place.placed(partOf(segment, blocks, index === 0, index === segments.length - 1));
    // The first box stands already: it was the last one of the part before.
    const origin = centres.get(segment.nodes[0] ?? '') ?? { x: 0, y: 0 };
    const move = ({ x, y }: Point) => ({ x: x + origin.x, y: y + origin.y });
    segment.nodes.forEach((name, at) => centres.set(name, move(part.centres[at] ?? origin)));
    segment.edges.forEach((edge, at) => placed.push({ ...edge, points: (part.edges[at] ?? []).map(move) }));
  }
  return bounded(
    [...blocks.values()].map((block) => cornered(block, centres)),
    placed,
    network,
  );
}

/** Networks repeat their parts: each kind is placed once. */
class PartPlacer {
  readonly #dagre: Dagre;
  readonly #known = new Map<string, PlacedPart>();

  constructor(dagre: Dagre) {
    this.#dagre = dagre;
  }

  placed(part: Part): PlacedPart {
    const kind = JSON.stringify(part);
    const known = this.#known.get(kind);
    if (known !== undefined) return known;
    const made = placePart(part, this.#dagre);
    this.#known.set(kind, made);
    return made;
  }
}

function partOf(
  { nodes, edges }: Segment,
  blocks: ReadonlyMap<string, Block>,
  begins: boolean,
  ends: boolean,
): Part {
  const at = new Map(nodes.map((name, index) => [name, index]));
  const heights = nodes.map((name) => {
    const block = blocks.get(name);
    return block === undefined ? 0 : blockHeight(block);
  });
  return {
    heights,
    edges: edges.map(({ from, to }) => [at.get(from) ?? 0, at.get(to) ?? 0]),
    begins,
    ends,
  };
}

function tooEntangled({ nodes }: Segment): TooEntangled {
  return new TooEntangled(
    `${nodes.length.toLocaleString('en-US')} of its layers read each other with no layer that all ways pass through, ` +
      `which is too much to draw; the list shows them.`,
  );
}

/** Between boxes. What a layer reads of its own output is drawn at its row. */
function edgesOf(blocks: readonly Block[]): readonly Edge[] {
  const blockOf = new Map(blocks.flatMap((block) => block.nodes.map((node) => [node.name, block.name])));
  return blocks.flatMap(({ name, nodes: [first] }) =>
    (first?.reads ?? [])
      .map((read) => ({ from: blockOf.get(read) ?? '', to: name }))
      .filter(({ from, to }) => from !== '' && from !== to),
  );
}

function cornered(block: Block, centres: ReadonlyMap<string, Point>): PlacedBlock {
  const { x, y } = centres.get(block.name) ?? { x: 0, y: 0 };
  const height = blockHeight(block);
  return { ...block, x: x - boxWidth / 2, y: y - height / 2, height };
}

function bounded(blocks: readonly PlacedBlock[], edges: readonly PlacedEdge[], network: Network): Layout {
  const frames = framesOf(blocks, network);
  const corners = [
    ...blocks.flatMap(({ x, y, height }) => [
      { x, y },
      { x: x + boxWidth, y: y + height },
    ]),
    ...frames.flatMap(({ x, y, width, height }) => [
      { x, y },
      { x: x + width, y: y + height },
    ]),
    ...edges.flatMap(({ points }) => points),
  ];
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of corners) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  if (corners.length === 0) [left, top, right, bottom] = [0, 0, 0, 0];
  return { blocks, edges, frames, left, top, width: right - left, height: bottom - top };
}
