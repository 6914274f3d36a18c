/**
 * What a cell of a layer sees of the image (Araujo, Norris and Sim 2019, distill.pub/2019/computing-receptive-fields),
 * found by following the cells of each layer back through the graph, branches included.
 */
import type * as tf from '@tensorflow/tfjs';
import type { ImageRegion } from '#shared/evidence';
import type { ImageShape } from '#shared/images';
import type { LayerGraph } from './layer-graph';
import { sourceSpans, type Span, type Spans } from './window-arithmetic';

/** Along one axis, in pixels. */
export interface AxisField {
  /** Pixels that one cell sees. */
  readonly size: number;
  /** From one cell to the next. */
  readonly jump: number;
  /** Where the field of the first cell begins; negative where layers pad. */
  readonly start: number;
}

export class ReceptiveField {
  readonly #image: ImageShape;
  readonly #input: tf.SymbolicTensor;
  readonly #output: tf.SymbolicTensor;
  /** From the image to the layer. */
  readonly #order: readonly tf.SymbolicTensor[];
  readonly #shapes: ReadonlyMap<tf.SymbolicTensor, readonly number[]>;

  /** Throws a `Refusal` where there is no such layer. */
  constructor(graph: LayerGraph, layer: string, image: ImageShape) {
    this.#image = image;
    this.#input = graph.input;
    this.#output = graph.outputOf(layer);
    this.#order = inOrder(this.#output);
    this.#shapes = shapesIn(this.#order, graph.input, image);
  }

  /** Of the rows and the columns; `null` where a cell sees the whole axis. */
  get axes(): readonly [rows: AxisField | null, columns: AxisField | null] {
    const first = this.#seen(0, 0, (spans) => spans);
    const second = this.#seen(1, 1, (spans) => spans);
    return [axisField(first[0], second[0]), axisField(first[1], second[1])];
  }

  /** The part of the image that a cell sees, without what lies beyond its edges. */
  region(row: number, column: number): ImageRegion {
    const [height, width] = this.#image;
    const [rows, columns] = this.#seen(row, column, within);
    const [top, bottom] = rows ?? [0, height - 1];
    const [left, right] = columns ?? [0, width - 1];
    return { top, left, height: bottom - top + 1, width: right - left + 1 };
  }

  /** @param limit what of the cells of a layer of this shape counts */
  #seen(row: number, column: number, limit: (spans: Spans, shape: readonly number[]) => Spans): Spans {
    const seen = new Map<tf.SymbolicTensor, Spans>([[this.#output, this.#cell(row, column)]]);
    for (const symbol of this.#order.toReversed()) {
      const spans = seen.get(symbol);
      const [input] = symbol.inputs;
      if (spans === undefined || input === undefined) continue;
      const sources = sourceSpans(symbol.sourceLayer, spans, this.#shape(input), this.#shape(symbol));
      for (const source of symbol.inputs) {
        const before = seen.get(source);
        const limited = limit(sources, this.#shape(source));
        seen.set(source, before === undefined ? limited : joined(before, limited));
      }
    }
    return seen.get(this.#input) ?? this.#image.map(() => null);
  }

  /** A layer without maps has one cell, which is all of it. */
  #cell(row: number, column: number): Spans {
    const { length } = this.#shape(this.#output);
    return length === 3 ? [[row, row], [column, column], null] : Array.from({ length }, () => null);
  }

  #shape(symbol: tf.SymbolicTensor): readonly number[] {
    return this.#shapes.get(symbol) as readonly number[];
  }
}

/** What lies between the input and `last`, each after all that it is made of. */
function inOrder(last: tf.SymbolicTensor): readonly tf.SymbolicTensor[] {
  const visited = new Set<tf.SymbolicTensor>();
  const visit = (symbol: tf.SymbolicTensor): readonly tf.SymbolicTensor[] => {
    if (visited.has(symbol)) return [];
    visited.add(symbol);
    return [...symbol.inputs.flatMap(visit), symbol];
  };
  return visit(last);
}

/** Shapes without the batch, the sizes that the network leaves open filled in from the image. */
function shapesIn(
  order: readonly tf.SymbolicTensor[],
  input: tf.SymbolicTensor,
  image: ImageShape,
): ReadonlyMap<tf.SymbolicTensor, readonly number[]> {
  const shapes = new Map<tf.SymbolicTensor, readonly number[]>([[input, image]]);
  for (const symbol of order) {
    if (symbol === input) continue;
    const known = symbol.shape.slice(1);
    const inputs = symbol.inputs.map((source) => [1, ...(shapes.get(source) ?? [])]);
    const shape = known.includes(null)
      ? symbol.sourceLayer.computeOutputShape(inputs.length === 1 ? (inputs[0] as number[]) : inputs).slice(1)
      : known;
    shapes.set(symbol, shape as readonly number[]);
  }
  return shapes;
}

function joined(some: Spans, others: Spans): Spans {
  return some.map((span, axis) => {
    const other = others[axis] ?? null;
    return span === null || other === null
      ? null
      : [Math.min(span[0], other[0]), Math.max(span[1], other[1])];
  });
}

function axisField(first: Span | undefined, second: Span | undefined): AxisField | null {
  if (first === null || first === undefined || second === null || second === undefined) return null;
  return { size: first[1] - first[0] + 1, jump: second[0] - first[0], start: first[0] };
}

/** Without the cells that layers make up at the edges; where there are no others, the edge stands for them. */
function within(spans: Spans, shape: readonly number[]): Spans {
  return spans.map((span, axis) => {
    if (span === null) return null;
    const last = (shape[axis] as number) - 1;
    const inside = (cell: number): number => Math.min(Math.max(cell, 0), last);
    return [inside(span[0]), inside(span[1])];
  });
}
