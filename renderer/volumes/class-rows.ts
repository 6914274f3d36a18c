/** Probabilities and names of classes, right of their bars, where no layer stands. */

/** Pixels that a probability takes, and a letter of a name, and the longest name; the style sheet cuts longer ones. */
const probabilityWidth = 52;
const letterWidth = 6.4;
const mostNameWidth = 150;
/** Rows nearer to each other than this many pixels have no room for text. */
const leastRow = 11;

/** What bars show: a class and a value a row. */
export interface Bars {
  readonly classes: Uint32Array;
  barValue(row: number): number;
}

/** The corners of the bars' panel in pixels: bottom left, bottom right, top left, top right, x and y each. */
export type Corners = Float32Array;

type CornerValues = [number, number, number, number, number, number, number, number];

interface Row {
  /** The class that it names. */
  unit: number;
  readonly name: HTMLElement;
  readonly value: HTMLElement;
}

export class ClassRows {
  private readonly rows: readonly Row[];
  private names: readonly string[] = [];

  constructor(root: HTMLElement, count: number) {
    this.rows = Array.from({ length: count }, (_, unit) => {
      const row = { unit, name: document.createElement('div'), value: document.createElement('div') };
      row.name.className = 'stage-class';
      row.value.className = 'stage-probability';
      root.append(row.name, row.value);
      return row;
    });
    this.setNames([]);
  }

  /** Pixels that the texts take at most. */
  get width(): number {
    const longest = Math.max(2, ...this.names.map((name) => name.length));
    return probabilityWidth + Math.min(mostNameWidth, Math.ceil(longest * letterWidth));
  }

  setNames(names: readonly string[]): void {
    this.names = names;
    for (const row of this.rows) this.show(row, row.unit);
  }

  private show(row: Row, unit: number): void {
    row.unit = unit;
    row.name.textContent = this.names[unit] ?? String(unit);
  }

  /** The classes that the bars stand for now, and their values. */
  setBars(bars: Bars): void {
    const { rows } = this;
    let best = -1;
    for (let i = 0; i < rows.length; i++) {
      // A network that diverged has no best class.
      if (bars.barValue(i) > (best < 0 ? -Infinity : bars.barValue(best))) best = i;
    }
    rows.forEach((row, i) => {
      const unit = bars.classes[i] as number;
      if (unit !== row.unit) this.show(row, unit);
      row.value.textContent = percent(bars.barValue(i));
      row.name.classList.toggle('best', i === best);
      row.value.classList.toggle('best', i === best);
    });
  }

  /** Moves the rows to the bars; hides them where they are seen from behind or have no room. */
  place(corners: Corners, isAhead: boolean): void {
    const [leftX, leftBottom, bottomX, bottomY, , leftTop, topX, topY] = corners as unknown as CornerValues;
    const { rows } = this;
    const isLegible = isAhead && (leftBottom - leftTop) / rows.length >= leastRow && bottomX > leftX;
    rows.forEach(({ name, value }, i) => {
      name.hidden = !isLegible;
      value.hidden = !isLegible;
      if (!isLegible) return;
      const share = (i + 0.5) / rows.length;
      const left = topX + (bottomX - topX) * share + 6;
      const middle = topY + (bottomY - topY) * share;
      value.style.transform = `translate(${left}px, ${middle}px) translate(0, -50%)`;
      name.style.transform = `translate(${left + probabilityWidth}px, ${middle}px) translate(0, -50%)`;
    });
  }
}

function percent(probability: number): string {
  return Number.isNaN(probability) ? '–' : `${(probability * 100).toFixed(1)} %`;
}
