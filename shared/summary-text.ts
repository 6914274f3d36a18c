/** The table that Keras's `model.summary()` prints. */

/** Keras 3's table at its default width of 80 columns (keras/src/utils/summary_utils.py). */
const columns = [
  { title: 'Layer (type)', width: 31, align: 'left' },
  { title: 'Output Shape', width: 22, align: 'left' },
  { title: 'Param #', width: 13, align: 'right' },
] as const;

/** What the table shows. */
export interface SummaryTable {
  readonly name: string;
  readonly layers: readonly {
    readonly name: string;
    readonly type: string;
    /** Without the batch; `null` for unknown sizes, and for layers whose output is not known at all. */
    readonly outputShape: readonly (number | null)[] | null;
    readonly parameters: number;
  }[];
  readonly parameters: number;
  readonly trainableParameters: number;
}

export function summaryText(model: SummaryTable): string {
  const frozen = model.parameters - model.trainableParameters;
  const rows = model.layers.map((layer) =>
    row('│', [`${layer.name} (${layer.type})`, shapeText(layer.outputShape), grouped(layer.parameters)]),
  );
  return [
    `Model: "${model.name}"`,
    rule('┏', '━', '┳', '┓'),
    row('┃', [columns[0].title, columns[1].title, columns[2].title]),
    rule('┡', '━', '╇', '┩'),
    rows.join(`\n${rule('├', '─', '┼', '┤')}\n`),
    rule('└', '─', '┴', '┘'),
    ` Total params: ${grouped(model.parameters)} (${memory(model.parameters)})`,
    ` Trainable params: ${grouped(model.trainableParameters)} (${memory(model.trainableParameters)})`,
    ` Non-trainable params: ${grouped(frozen)} (${memory(frozen)})`,
  ].join('\n');
}

function shapeText(shape: readonly (number | null)[] | null): string {
  return shape === null ? '?' : `(${[null, ...shape].map((size) => size ?? 'None').join(', ')})`;
}

function rule(left: string, line: string, cross: string, right: string): string {
  return left + columns.map(({ width }) => line.repeat(width + 2)).join(cross) + right;
}

/** A table row; cells too long for their column go on in the lines below, broken at spaces, as Keras's do. */
function row(bar: string, cells: readonly [string, string, string]): string {
  const wrapped = columns.map(({ width }, index) => wrap(cells[index] as string, width));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => {
    const padded = columns.map(({ width, align }, index) => {
      const text = wrapped[index]?.[line] ?? '';
      return align === 'left' ? text.padEnd(width) : text.padStart(width);
    });
    return `${bar} ${padded.join(` ${bar} `)} ${bar}`;
  }).join('\n');
}

function wrap(cell: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of cell.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(...chunks(word, width));
  }
  return lines;
}

function chunks(word: string, width: number): readonly string[] {
  return Array.from({ length: Math.ceil(word.length / width) }, (_, index) =>
    word.slice(index * width, (index + 1) * width),
  );
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** Float32 weights in the units that Keras prints (`readable_memory_size`). */
function memory(parameters: number): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  let size = parameters * 4;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${size.toFixed(2)} ${units[unit]}`;
}
