/** Cuts a graph where all ways pass through one node, so that each part is laid out by itself, however deep it is. */

export interface Edge {
  readonly from: string;
  readonly to: string;
}

/** A part of a graph, its first and its last node shared with the parts before and after. */
export interface Segment {
  readonly nodes: readonly string[];
  readonly edges: readonly Edge[];
}

/** @param names in the order of the file, which decides where the edges do not */
export function segmentsOf(names: readonly string[], edges: readonly Edge[]): readonly Segment[] {
  const order = inOrder(names, edges);
  const at = new Map(order.map((name, index) => [name, index]));
  const spans = edges.map((edge) => {
    const [from, to] = [at.get(edge.from) ?? 0, at.get(edge.to) ?? 0];
    return { edge, first: Math.min(from, to), last: Math.max(from, to) };
  });
  const cuts = cutsOf(order.length, spans);
  const segmentAt = new Int32Array(order.length);
  const made: { nodes: string[]; edges: Edge[] }[] = [];
  cuts.slice(0, -1).forEach((start, index) => {
    const end = cuts[index + 1] ?? start;
    segmentAt.fill(index, start, end);
    made.push({ nodes: order.slice(start, end + 1), edges: [] });
  });
  if (order.length === 1) made.push({ nodes: [...order], edges: [] });
  for (const { edge, first } of spans) made[segmentAt[first] ?? 0]?.edges.push(edge);
  return made;
}

interface Span {
  readonly first: number;
  readonly last: number;
}

/** Places that no edge passes over. The first and the last are among them. */
function cutsOf(count: number, spans: readonly Span[]): readonly number[] {
  const furthest = new Int32Array(count);
  for (const { first, last } of spans) furthest[first] = Math.max(furthest[first] ?? 0, last);
  const cuts: number[] = [];
  let reach = 0;
  for (let place = 0; place < count; place++) {
    if (reach <= place) cuts.push(place);
    reach = Math.max(reach, furthest[place] ?? 0);
  }
  return cuts;
}

/** Every node after those that it reads; of a circle, which layers that are used twice make, the file's first. */
function inOrder(names: readonly string[], edges: readonly Edge[]): readonly string[] {
  const waiting = new Map(names.map((name) => [name, 0]));
  const readers = new Map<string, string[]>(names.map((name) => [name, []]));
  for (const { from, to } of edges) {
    waiting.set(to, (waiting.get(to) ?? 0) + 1);
    readers.get(from)?.push(to);
  }
  const ordered: string[] = [];
  const ready = names.filter((name) => waiting.get(name) === 0).reverse();
  let next = 0;
  while (ordered.length < names.length) {
    // Depth first keeps a way together, so that the ways beside it end before the next part.
    const name = ready.pop() ?? names.slice(next).find((one) => waiting.has(one));
    if (name === undefined) break;
    if (!waiting.delete(name)) continue;
    while (next < names.length && !waiting.has(names[next] ?? '')) next++;
    ordered.push(name);
    for (const reader of [...(readers.get(name) ?? [])].reverse()) {
      const left = (waiting.get(reader) ?? 0) - 1;
      if (!waiting.has(reader)) continue;
      waiting.set(reader, left);
      if (left === 0) ready.push(reader);
    }
  }
  return ordered;
}
