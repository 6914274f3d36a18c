/** What the boxes of a graph say, no longer than they are wide. */
import { count } from '../../numbers';
import { sizes } from '../card-facts';
import type { Point } from './boxes';
import type { NetworkNode } from './network';

/** As many characters as fit a box at its sizes of type. */
const lineCharacters = 36;

export interface NodeTexts {
  readonly type: string;
  /** Its window and activation, as far as there is room. */
  readonly detail: string;
  readonly name: string;
  readonly shape: string;
  readonly parameters: string;
  /** For those who do not see it. */
  readonly label: string;
}

export function textsOf(node: NetworkNode): NodeTexts {
  const shape = node.shape === null ? '' : sizes(node.shape);
  const parameters = node.parameters === 0 ? '' : count(node.parameters);
  const type = cut(node.type, lineCharacters - shape.length);
  return {
    type,
    detail: detailOf(node, lineCharacters - shape.length - type.length),
    name: cutFront(node.name, lineCharacters - parameters.length),
    shape: cut(shape, lineCharacters),
    parameters,
    label: labelOf(node),
  };
}

/** `3×3 /2 relu`: what tells one convolution from the other. */
function detailOf({ layer, type }: NetworkNode, room: number): string {
  const set = new Map(layer?.attributes.map(({ name, value }) => [name, String(value)]));
  const window = windowOf(set, type, layer?.weights[0]?.shape ?? []);
  const steps = spaceIn(set.get('strides') ?? '', set);
  const told = [
    window,
    window === null || steps.every((size) => size === '1') ? null : `/${alike(steps)}`,
    set.get('activation') ?? null,
  ];
  let detail = '';
  for (const part of told) {
    if (part === null || part.toLowerCase() === type.toLowerCase()) continue;
    if (detail.length + part.length + 1 > room) break;
    detail = `${detail} ${part}`.trimStart();
  }
  return detail;
}

function alike(sizesOf: readonly string[]): string {
  return new Set(sizesOf).size === 1 ? (sizesOf[0] ?? '') : sizesOf.join('×');
}

/** TensorFlow's convolutions say it by their kernel alone: rows, columns, channels. */
const kernelSaysIt = /^(_FusedConv2D|Conv2D|DepthwiseConv2dNative|FusedDepthwiseConv2dNative)$/;

function windowOf(set: ReadonlyMap<string, string>, type: string, kernel: readonly number[]): string | null {
  const said = set.get('kernel size') ?? set.get('kernel_shape') ?? set.get('pool size') ?? set.get('ksize');
  if (said !== undefined) return spaceIn(said, set).join('×');
  return kernelSaysIt.test(type) && kernel.length === 4 ? kernel.slice(0, 2).join('×') : null;
}

/** The rows and columns among sizes, which TensorFlow gives for the batch and the channels too. */
function spaceIn(text: string, set: ReadonlyMap<string, string>): readonly string[] {
  const all = text === '' ? [] : text.split(/ × |, /);
  if (all.length !== 4) return all;
  return set.get('data_format') === 'NCHW' ? all.slice(2) : all.slice(1, 3);
}

function labelOf({ type, name, shape, reads, problem }: NetworkNode): string {
  const said = shape === null ? 'shape not known' : shape.map((size) => size ?? 'any').join(' by ');
  const read =
    reads === null ? 'what it reads is not known' : reads.length === 0 ? null : `reads ${reads.join(', ')}`;
  const fails = problem === null ? null : `does not run: ${problem}`;
  return [`${type} ${name}`, said, read, fails].filter((part) => part !== null).join(', ');
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text;
}

/** Names of nested layers tell more at their ends. */
function cutFront(text: string, most: number): string {
  return text.length > most ? `…${text.slice(text.length - Math.max(1, most - 1))}` : text;
}

/** A smooth line along the points of an edge: a B-spline, which begins and ends at the outer ones. */
export function edgePath(points: readonly Point[]): string {
  const [first, second] = points;
  const last = points.at(-1);
  if (first === undefined || second === undefined || last === undefined) return '';
  let path = `M${at(first)}L${at(mean(first, second, 5 / 6))}`;
  let [before, middle] = [first, second];
  for (const next of [...points.slice(2), last]) {
    const end = { x: (before.x + 4 * middle.x + next.x) / 6, y: (before.y + 4 * middle.y + next.y) / 6 };
    path += `C${at(mean(before, middle, 2 / 3))} ${at(mean(before, middle, 1 / 3))} ${at(end)}`;
    [before, middle] = [middle, next];
  }
  return `${path}L${at(last)}`;
}

function mean(one: Point, other: Point, share: number): Point {
  return { x: one.x * share + other.x * (1 - share), y: one.y * share + other.y * (1 - share) };
}

function at({ x, y }: Point): string {
  return `${x.toFixed(1)},${y.toFixed(1)}`;
}
