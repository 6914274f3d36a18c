/** Names, shapes and legends over the canvas, as elements, so that they are crisp and can be read aloud. */
import { Vector3, type Camera } from 'three';
import { colourMapGradient, type ColourMapKind, type Theme } from '#shared/colour-maps';
import { placeLabels, type Boxes } from './label-placement';
import type { Placement } from '#shared/stage-layout';
import { boxCorners } from './lines';
import type { StageLayer } from './stage-options';
import './stage.css';

const legendHeight = 14;
const legendWidths: Record<ColourMapKind, number> = { sequential: 76, diverging: 112 };
const distance = 7;
/** Longer networks are labelled with kind and shape alone. */
const mostFullLabels = 16;

interface LayerElements {
  readonly label: HTMLElement;
  readonly legend: HTMLElement;
  readonly bar: HTMLElement;
  readonly low: HTMLElement;
  readonly high: HTMLElement;
  readonly rows: readonly ClassRow[];
  legendText: string;
  legendKind: ColourMapKind;
}

type Quad = [number, number, number, number, number, number, number, number];

interface ClassRow {
  readonly name: HTMLElement;
  readonly value: HTMLElement;
}

/** Labels of one network. */
export class Labels {
  private readonly root: HTMLElement;
  private readonly placements: readonly Placement[];
  private readonly elements: readonly LayerElements[];
  private readonly corners: Float32Array;
  private readonly above: Boxes;
  private readonly below: Boxes;
  /** Where the labels above wanted to be; a leader joins a raised one to its layer. */
  private readonly wanted: Float32Array;
  private readonly shownAbove: Uint8Array;
  private readonly shownBelow: Uint8Array;
  private readonly point = new Vector3();
  private readonly quad = new Float32Array(8);
  private theme: Theme = 'dark';
  private measured = false;

  constructor(container: HTMLElement, layers: readonly StageLayer[], placements: readonly Placement[]) {
    this.placements = placements;
    this.root = element('div', 'stage-labels');
    this.elements = layers.map((layer, i) => this.makeElements(layer, placements[i] as Placement));
    const count = layers.length;
    this.root.classList.toggle('compact', count > mostFullLabels);
    container.append(this.root);
    this.corners = new Float32Array(count * 24);
    placements.forEach((placement, i) => boxCorners(placement, this.corners, i * 24));
    this.above = new Float32Array(count * 4);
    this.below = new Float32Array(count * 4);
    this.wanted = new Float32Array(count);
    this.shownAbove = new Uint8Array(count);
    this.shownBelow = new Uint8Array(count);
  }

  /** Corners of every layer's box: eight points a layer, x, y, z after each other. */
  get points(): Float32Array {
    return this.corners;
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.root.dataset['theme'] = theme;
    for (const { bar, legendKind } of this.elements) {
      bar.style.backgroundImage = colourMapGradient(legendKind, theme);
    }
  }

  select(index: number): void {
    this.elements.forEach(({ label }, i) => label.classList.toggle('selected', i === index));
  }

  /** What the ends of a layer's colour scale mean. */
  setLegend(index: number, kind: ColourMapKind, low: number, high: number): void {
    const elements = this.elements[index];
    if (elements === undefined) return;
    const text = `${kind} ${shortNumber(low)} ${shortNumber(high)}`;
    if (text === elements.legendText) return;
    elements.legendText = text;
    elements.low.textContent = shortNumber(low);
    elements.high.textContent = shortNumber(high);
    elements.legendKind = kind;
    elements.legend.style.width = `${legendWidths[kind]}px`;
    elements.bar.style.backgroundImage = colourMapGradient(kind, this.theme);
  }

  setClassNames(names: readonly string[]): void {
    for (const { rows } of this.elements) {
      rows.forEach(({ name }, i) => {
        name.textContent = names[i] ?? String(i);
      });
    }
  }

  setProbabilities(output: Float32Array): void {
    // A network that diverged has no best class.
    const best = output.indexOf(Math.max(...output));
    for (const { rows } of this.elements) {
      rows.forEach(({ name, value }, i) => {
        value.textContent = percent(output[i] ?? 0);
        name.classList.toggle('best', i === best);
        value.classList.toggle('best', i === best);
      });
    }
  }

  /** Moves everything to where the camera sees it. */
  place(camera: Camera, view: { readonly width: number; readonly height: number }): void {
    if (!this.measured) this.measure();
    const count = this.elements.length;
    for (let i = 0; i < count; i++) this.want(i, camera, view);
    for (let i = 0; i < count; i++) this.wanted[i] = this.above[i * 4 + 1] as number;
    placeLabels(this.above, count, -1, 130, view, this.shownAbove);
    placeLabels(this.below, count, 1, 60, view, this.shownBelow);
    for (let i = 0; i < count; i++) {
      const { label, legend, rows } = this.elements[i] as LayerElements;
      const raise = (this.wanted[i] as number) - (this.above[i * 4 + 1] as number);
      if (move(label, this.above, i, this.shownAbove))
        label.style.setProperty('--raise', `${Math.round(raise)}px`);
      move(legend, this.below, i, this.shownBelow);
      if (rows.length > 0) this.placeRows(i, rows, camera, view);
    }
  }

  private measure(): void {
    this.elements.forEach(({ label }, i) => {
      this.above[i * 4 + 2] = label.offsetWidth;
      this.above[i * 4 + 3] = label.offsetHeight;
    });
    this.measured = true;
  }

  /** Writes where a label and a legend would like to be: centred above and below the layer's picture. */
  private want(
    index: number,
    camera: Camera,
    view: { readonly width: number; readonly height: number },
  ): void {
    let left = Infinity;
    let right = -Infinity;
    let top = Infinity;
    let behind = false;
    for (let corner = 0; corner < 8; corner++) {
      this.project(index * 24 + corner * 3, camera, view);
      const { x, y, z } = this.point;
      behind ||= z > 1 || z < -1;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
    }
    const { above, below } = this;
    const legendWidth = legendWidths[(this.elements[index] as LayerElements).legendKind];
    const middle = behind ? -1e5 : (left + right) / 2;
    const width = above[index * 4 + 2] as number;
    const height = above[index * 4 + 3] as number;
    above[index * 4] = middle - width / 2;
    above[index * 4 + 1] = Math.max(2, top - height - distance);
    // Under the middle of the front face's lower edge: corners 4 and 5.
    this.project(index * 24 + 12, camera, view);
    const { x: frontLeft, y: lower } = this.point;
    this.project(index * 24 + 15, camera, view);
    below[index * 4] = behind ? -1e5 : (frontLeft + this.point.x - legendWidth) / 2;
    below[index * 4 + 1] = Math.max(lower, this.point.y) + distance;
    below[index * 4 + 2] = this.placements[index]?.kind === 'bars' ? 0 : legendWidth;
    below[index * 4 + 3] = legendHeight;
  }

  private project(
    at: number,
    camera: Camera,
    view: { readonly width: number; readonly height: number },
  ): void {
    this.point.fromArray(this.corners, at).project(camera);
    this.point.x = ((this.point.x + 1) / 2) * view.width;
    this.point.y = ((1 - this.point.y) / 2) * view.height;
  }

  /** Class names left of the bars, probabilities right of them; every row only while there is room for text. */
  private placeRows(
    index: number,
    rows: readonly ClassRow[],
    camera: Camera,
    view: { readonly width: number; readonly height: number },
  ): void {
    // Corners of the quad: 2 top left, 0 bottom left, 3 top right, 1 bottom right.
    const { quad } = this;
    let ahead = true;
    for (let corner = 0; corner < 4; corner++) {
      this.project(index * 24 + corner * 3, camera, view);
      quad[corner * 2] = this.point.x;
      quad[corner * 2 + 1] = this.point.y;
      ahead &&= this.point.z < 1;
    }
    const [x0, y0, x1, y1, x2, y2, x3, y3] = quad as unknown as Quad;
    const legible = ahead && (y0 - y2) / rows.length >= 11 && x1 > x0;
    rows.forEach(({ name, value }, i) => {
      name.hidden = !legible;
      value.hidden = !legible;
      if (!legible) return;
      const share = (i + 0.5) / rows.length;
      const left = x2 + (x0 - x2) * share - 6;
      const right = x3 + (x1 - x3) * share + 6;
      name.style.transform = `translate(${left}px, ${y2 + (y0 - y2) * share}px) translate(-100%, -50%)`;
      value.style.transform = `translate(${right}px, ${y3 + (y1 - y3) * share}px) translate(0, -50%)`;
    });
  }

  private makeElements(layer: StageLayer, placement: Placement): LayerElements {
    const label = element('div', 'stage-label');
    const title = element('div', 'stage-title', layer.title);
    if (layer.note !== null) title.append(' ', element('span', 'stage-note', layer.note));
    label.append(title, element('div', 'stage-shape', shapeText(layer)));
    if (layer.parameters > 0) {
      label.append(element('div', 'stage-parameters', `${layer.parameters.toLocaleString('en')} params`));
    }
    const legend = element('div', 'stage-legend');
    const low = element('span', 'stage-low');
    const bar = element('span', 'stage-bar');
    const high = element('span', 'stage-high');
    legend.append(low, bar, high);
    this.root.append(label, legend);
    const count = placement.kind === 'bars' ? placement.grid[1] : 0;
    const rows = Array.from({ length: count }, (_, i) => {
      const row = {
        name: element('div', 'stage-class', String(i)),
        value: element('div', 'stage-probability'),
      };
      this.root.append(row.name, row.value);
      return row;
    });
    return { label, legend, bar, low, high, rows, legendText: '', legendKind: 'sequential' };
  }

  dispose(): void {
    this.root.remove();
  }
}

function element(tag: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function move(target: HTMLElement, boxes: Boxes, index: number, shown: Uint8Array): boolean {
  const hidden = shown[index] === 0;
  if (target.hidden !== hidden) target.hidden = hidden;
  if (hidden) return false;
  const left = Math.round(boxes[index * 4] as number);
  const top = Math.round(boxes[index * 4 + 1] as number);
  target.style.transform = `translate(${left}px, ${top}px)`;
  return true;
}

function shapeText({ shape: [height, width, channels] }: StageLayer): string {
  return height === 1 && width === 1
    ? channels.toLocaleString('en')
    : `${height}×${width}×${channels.toLocaleString('en')}`;
}

/** Three figures, as short as they go. */
export function shortNumber(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  const text =
    size >= 1e4 || size < 1e-3
      ? value.toExponential(1)
      : String(Number(value.toPrecision(size >= 1 ? 3 : 2)));
  return text.replace('-', '−').replace('e+', 'e');
}

function percent(probability: number): string {
  return Number.isNaN(probability) ? '–' : `${(probability * 100).toFixed(1)} %`;
}
