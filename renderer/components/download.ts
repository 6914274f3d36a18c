/** Hands a file to the browser, which puts it where downloads go. */
export function downloadFile(
  name: string,
  content: Uint8Array | string,
  type = 'application/octet-stream',
): void {
  // A copy, since the bytes may be a view into more.
  const url = URL.createObjectURL(new Blob([content.slice()], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
