/** Where the boxes of a network stand and how its edges run, from top to bottom. */
import type * as DagreModule from '@dagrejs/dagre';
import { blocksOf, type Block } from './blocks';
import { blockHeight, boxWidth, type PlacedBlock, type Point } from './boxes';
import { framesOf, type Frame } from './frames';
import type { Network } from './network';
import { segmentsOf, type Edge, type Segment } from './segments';

const betweenRanks = 34;
const betweenBoxes = 28;
/** More boxes than this that no node parts take the layout longer than a person waits, and more memory than there is. */
const mostInSegment = 1200;
/** Layout lets the window draw after so many milliseconds. */
const slice = 12;

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

/** Gives way to the window between the parts of the network. */
export async function layoutOf(network: Network): Promise<Layout> {
  const dagre = await import('@dagrejs/dagre');
  const blocks = new Map(blocksOf(network).map((block) => [block.name, block]));
  const edges = edgesOf([...blocks.values()]);
  const segments = segmentsOf([...blocks.keys()], edges);
  const centres = new Map<string, Point>();
  const placed: PlacedEdge[] = [];
  let began = performance.now();
  for (const [index, segment] of segments.entries()) {
    if (segment.nodes.length > mostInSegment) throw tooEntangled(segment);
    const ends = { begins: index === 0, ends: index === segments.length - 1 };
    const part = placeSegment(segment, ends, blocks, dagre);
    const [first = ''] = segment.nodes;
    const origin = centres.get(first) ?? { x: 0, y: 0 };
    const own = part.centres.get(first) ?? { x: 0, y: 0 };
    const move = ({ x, y }: Point) => ({ x: x - own.x + origin.x, y: y - own.y + origin.y });
    for (const [name, centre] of part.centres) centres.set(name, move(centre));
    placed.push(...part.edges.map((edge) => ({ ...edge, points: edge.points.map(move) })));
    if (performance.now() - began > slice) {
      await new Promise((resolve) => setTimeout(resolve));
      began = performance.now();
    }
  }
  return bounded(
    [...blocks.values()].map((block) => cornered(block, centres)),
    placed,
    network,
  );
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

interface PlacedSegment {
  readonly centres: ReadonlyMap<string, Point>;
  readonly edges: readonly PlacedEdge[];
}

type Dagre = typeof DagreModule;

/** Whether a part is the first or the last: nothing is above or below it. */
interface Ends {
  readonly begins: boolean;
  readonly ends: boolean;
}

function placeSegment(
  { nodes, edges }: Segment,
  { begins, ends }: Ends,
  blocks: ReadonlyMap<string, Block>,
  dagre: Dagre,
): PlacedSegment {
  const [first = '', second, third] = nodes;
  if (second === undefined) return { centres: new Map([[first, { x: 0, y: 0 }]]), edges: [] };
  if (third === undefined) return placePair(first, second, edges, blocks);
  const graph = new dagre.Graph();
  graph.setGraph({ rankdir: 'TB', ranksep: betweenRanks, nodesep: betweenBoxes, edgesep: 16 });
  for (const name of nodes) graph.setNode(name, { width: boxWidth, height: heightOf(name, blocks) });
  for (const { from, to } of edges) graph.setEdge(from, to, { weight: 1, minlen: 1 });
  // The parts before and after must not reach into this one: its first box is the highest, its last one the lowest.
  const last = nodes.at(-1) ?? '';
  const order = { weight: 0, minlen: 1 };
  for (const name of nodes) {
    const [isRead, reads] = [graph.outEdges(name)?.length !== 0, graph.inEdges(name)?.length !== 0];
    if (!begins && !reads && name !== first) graph.setEdge(first, name, order);
    if (!ends && !isRead && name !== last) graph.setEdge(name, last, order);
  }
  dagre.layout(graph);
  const centres = new Map(nodes.map((name) => [name, pointOf(graph.node(name))]));
  return {
    centres,
    edges: edges.map((edge) => {
      const inner = pointsOf(graph.edge(edge.from, edge.to)).slice(1, -1);
      const [from, to] = [boxOf(edge.from, centres, blocks), boxOf(edge.to, centres, blocks)];
      return { ...edge, points: anchored(from, inner, to) };
    }),
  };
}

interface Box {
  readonly centre: Point;
  readonly height: number;
}

function boxOf(name: string, centres: ReadonlyMap<string, Point>, blocks: ReadonlyMap<string, Block>): Box {
  return { centre: centres.get(name) ?? { x: 0, y: 0 }, height: heightOf(name, blocks) };
}

/** As far as an edge leaves and arrives upright. */
const upright = 10;

/** Edges leave a box at its lower side and arrive at the upper one, apart from each other, where dagre aims at its middle. */
function anchored(from: Box, inner: readonly Point[], to: Box): readonly Point[] {
  // Only what goes back, in a circle, arrives from below.
  const down = from.centre.y <= to.centre.y ? 1 : -1;
  const start = side(from, inner[0] ?? to.centre, down);
  const end = side(to, inner.at(-1) ?? from.centre, -down);
  return [
    start,
    { x: start.x, y: start.y + down * upright },
    ...inner,
    { x: end.x, y: end.y - down * upright },
    end,
  ];
}

/** @param to 1 for the lower side, -1 for the upper */
function side({ centre, height }: Box, towards: Point, to: number): Point {
  const aside = (towards.x - centre.x) / 3;
  const most = boxWidth * 0.4;
  return { x: centre.x + Math.max(-most, Math.min(most, aside)), y: centre.y + (to * height) / 2 };
}

function placePair(
  first: string,
  second: string,
  edges: readonly Edge[],
  blocks: ReadonlyMap<string, Block>,
): PlacedSegment {
  const from = heightOf(first, blocks) / 2;
  const y = from + betweenRanks + heightOf(second, blocks) / 2;
  const points = [
    { x: 0, y: from },
    { x: 0, y: from + betweenRanks },
  ];
  return {
    centres: new Map([
      [first, { x: 0, y: 0 }],
      [second, { x: 0, y }],
    ]),
    edges: edges.map((edge) => ({ ...edge, points: edge.from === first ? points : [...points].reverse() })),
  };
}

function heightOf(name: string, blocks: ReadonlyMap<string, Block>): number {
  const block = blocks.get(name);
  return block === undefined ? 0 : blockHeight(block);
}

function pointOf(label: unknown): Point {
  const { x, y } = label as Partial<Point>;
  return { x: x ?? 0, y: y ?? 0 };
}

function pointsOf(label: unknown): readonly Point[] {
  return ((label as { readonly points?: readonly Point[] } | undefined)?.points ?? []).map(pointOf);
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
