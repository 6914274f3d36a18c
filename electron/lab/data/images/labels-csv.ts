import { readFile, stat } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { Refusal } from '#shared/errors';

export interface Label {
  readonly file: string;
  readonly label: string;
}

const largestBytes = 512 * 2 ** 20;
const fileColumns =
  /^(file|file[ _-]?name|filepath|image|image[ _-]?(?:id|name|path|file)|img|path|name|id)$/i;
const labelColumns = /^(label|labels|class|class[ _-]?name|category|target|y)$/i;

/**
 * Reads which file is of which class: comma, semicolon or tab between fields, quotes as in RFC 4180, with or without
 * a line of titles. Without titles that say otherwise the first column names files and the second classes.
 */
export async function readLabels(path: string): Promise<readonly Label[]> {
  if ((await stat(path)).size > largestBytes) {
    throw new Refusal(`${path} is larger than ${largestBytes / 2 ** 20} MB; name a list of fewer images.`);
  }
  const [first, ...rest] = rowsOf(await readFile(path, 'utf8'), path);
  if (first === undefined) throw new Refusal(`${path} names no files.`);
  const titled = first.some((title) => fileColumns.test(title) || labelColumns.test(title));
  const { file, label } = titled ? columnsOf(first) : { file: 0, label: 1 };
  const rows = titled ? rest : [first, ...rest];
  return rows.map((row, index) => {
    const found = { file: row[file] ?? '', label: row[label] ?? '' };
    if (found.file !== '' && found.label !== '') return found;
    const line = index + (titled ? 2 : 1);
    throw new Refusal(`Line ${line} of ${path} does not name a file and its class, separated by a comma.`);
  });
}

function rowsOf(text: string, path: string): readonly (readonly string[])[] {
  try {
    return parse(text, {
      bom: true,
      delimiter: [',', ';', '\t'],
      relaxColumnCount: true,
      skipEmptyLines: true,
      trim: true,
      maxRecordSize: 65_536,
    });
  } catch (cause) {
    throw new Refusal(`${path} is no list of comma-separated values.`, { cause });
  }
}

function columnsOf(titles: readonly string[]): { readonly file: number; readonly label: number } {
  const named = titles.findIndex((title) => fileColumns.test(title));
  const labelled = titles.findIndex((title) => labelColumns.test(title));
  const file = named >= 0 ? named : labelled === 0 ? 1 : 0;
  const label = labelled >= 0 ? labelled : titles.findIndex((_, column) => column !== file);
  return { file, label };
}
