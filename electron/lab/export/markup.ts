const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What XML 1.0 (section 2.2) has no place for, not even escaped. */
const notCharacters = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** A white square. */
const notShown = '\u25a1';

/** Makes any string into text of XML and HTML, in elements and in quoted attributes. */
export function escaped(text: string): string {
  return text.replace(notCharacters, notShown).replace(/[&<>"']/g, (letter) => entities[letter] as string);
}

/** A file inside of a document. */
export function dataUri(type: string, bytes: Uint8Array): string {
  return `data:${type};base64,${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')}`;
}
