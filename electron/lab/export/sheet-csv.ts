import { csv, type CsvField } from '#shared/csv';
import { Refusal } from '#shared/errors';
import type { LayerActivation } from '#shared/frames';
import type { PictureSheet } from '#shared/pictures';

/** Pictures with their numbers, one a line; numbers that a picture does not have are empty. */
export function sheetsCsv(sheets: readonly PictureSheet[]): string {
  const columns = [
    ...new Set(
      sheets.flatMap(({ pictures }) => pictures.flatMap(({ numbers }) => numbers.map(({ name }) => name))),
    ),
  ];
  const rows = sheets.flatMap(({ title, pictures }) =>
    pictures.map(({ name, note, numbers }): readonly CsvField[] => {
      const valueOf = new Map(numbers.map((number) => [number.name, number.value]));
      return [title, name, note, ...columns.map((column) => valueOf.get(column) ?? null)];
    }),
  );
  return csv(['sheet', 'name', 'note', ...columns], rows);
}

/** More lines than this are of no use to a spreadsheet, which holds 1,048,576. */
const mostLines = 1_048_575;

/** The values of feature maps, a line a cell. */
export function volumesCsv(layers: readonly LayerActivation[]): string {
  const lines = layers.reduce((sum, { values }) => sum + values.length, 0);
  if (lines > mostLines) {
    throw new Refusal(
      `The table would have ${lines.toLocaleString('en-US')} lines, and spreadsheets hold ` +
        `${(mostLines + 1).toLocaleString('en-US')}; take a single layer, or NPZ.`,
    );
  }
  const rows = layers.flatMap(({ name, shape: [, width, channels], values }) =>
    Array.from(values, (value, index): readonly CsvField[] => {
      const cell = Math.floor(index / channels);
      return [name, Math.floor(cell / width), cell % width, index % channels, value];
    }),
  );
  return csv(['layer', 'y', 'x', 'channel', 'value'], rows);
}
