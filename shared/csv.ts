export type CsvField = string | number | null;

/**
 * Comma-separated values as RFC 4180 has them: a header, lines that end in CRLF, quotes around fields that need them.
 * Nothing measured (`null`) is an empty field; numbers have a point and all their digits, and NaN stays NaN.
 */
export function csv(header: readonly string[], rows: readonly (readonly CsvField[])[]): string {
  return [header, ...rows].map((fields) => `${fields.map(field).join(',')}\r\n`).join('');
}

function field(value: CsvField): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
