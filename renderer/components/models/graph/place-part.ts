/** Where the boxes of one part of a graph stand, and how its edges run. */
import type * as DagreModule from '@dagrejs/dagre';
import { boxWidth, type Point } from './boxes';

const betweenRanks = 34;
const betweenBoxes = 28;

export type Dagre = typeof DagreModule;

/** Boxes are called by their place in the list: parts that look alike are placed alike, whatever they are called. */
export interface Part {
  readonly heights: readonly number[];
  readonly edges: readonly (readonly [from: number, to: number])[];
  /** Whether nothing is above it. */
  readonly begins: boolean;
  /** Whether nothing is below it. */
  readonly ends: boolean;
}

export interface PlacedPart {
  /** The middles of the boxes, the first one's at 0, 0. */
  readonly centres: readonly Point[];
  /** The points of each edge, in the order of the edges. */
  readonly edges: readonly (readonly Point[])[];
}

export function placePart(part: Part, dagre: Dagre): PlacedPart {
  const placed = part.heights.length > 2 ? centresByDagre(part, dagre) : centresOfChain(part);
  const [origin = { x: 0, y: 0 }] = placed.centres;
  const move = ({ x, y }: Point) => ({ x: x - origin.x, y: y - origin.y });
  const centres = placed.centres.map(move);
  const boxAt = (index: number) => ({ centre: centres[index] ?? origin, height: part.heights[index] ?? 0 });
  const edges = part.edges.map(([from, to], index) =>
    anchored(boxAt(from), (placed.bends[index] ?? []).map(move), boxAt(to)),
  );
  return { centres, edges };
}

interface Centres {
  readonly centres: readonly Point[];
  /** Points between the ends of each edge. */
  readonly bends: readonly (readonly Point[])[];
}

/** Of a box, or of one and the next. */
function centresOfChain({ heights: [first = 0, second] }: Part): Centres {
  const centres = [{ x: 0, y: 0 }];
  if (second !== undefined) centres.push({ x: 0, y: first / 2 + betweenRanks + second / 2 });
  return { centres, bends: [] };
}

function centresByDagre({ heights, edges, begins, ends }: Part, dagre: Dagre): Centres {
  const graph = new dagre.Graph();
  graph.setGraph({ rankdir: 'TB', ranksep: betweenRanks, nodesep: betweenBoxes, edgesep: 16 });
  const names = heights.map((_, index) => String(index));
  heights.forEach((height, index) => graph.setNode(String(index), { width: boxWidth, height }));
  for (const [from, to] of edges) graph.setEdge(String(from), String(to), { weight: 1, minlen: 1 });
  // The parts before and after must not reach into this one: its first box is the highest, its last one the lowest.
  const [first, last] = ['0', String(heights.length - 1)];
  const order = { weight: 0, minlen: 1 };
  for (const name of names) {
    const [isRead, reads] = [graph.outEdges(name)?.length !== 0, graph.inEdges(name)?.length !== 0];
    if (!begins && !reads && name !== first) graph.setEdge(first, name, order);
    if (!ends && !isRead && name !== last) graph.setEdge(name, last, order);
  }
  dagre.layout(graph);
  return {
    centres: names.map((name) => pointOf(graph.node(name))),
    bends: edges.map(([from, to]) => pointsOf(graph.edge(String(from), String(to))).slice(1, -1)),
  };
}

function pointOf(label: unknown): Point {
  const { x, y } = label as Partial<Point>;
  return { x: x ?? 0, y: y ?? 0 };
}

function pointsOf(label: unknown): readonly Point[] {
  return ((label as { readonly points?: readonly Point[] } | undefined)?.points ?? []).map(pointOf);
}

interface Box {
  readonly centre: Point;
  readonly height: number;
}

/** As far as an edge leaves and arrives upright. */
const upright = 10;

/** Edges leave a box at its lower side and arrive at the upper one, apart from each other, where dagre aims at its middle. */
function anchored(from: Box, bends: readonly Point[], to: Box): readonly Point[] {
  // Only what goes back, in a circle, arrives from below.
  const down = from.centre.y <= to.centre.y ? 1 : -1;
  const start = side(from, bends[0] ?? to.centre, down);
  const end = side(to, bends.at(-1) ?? from.centre, -down);
  if (bends.length === 0) return [start, end];
  return [
    start,
    { x: start.x, y: start.y + down * upright },
    ...bends,
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
