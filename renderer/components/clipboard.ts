import { Refusal } from '#shared/errors';

/** Browsers offer it to pages that come from this machine or over HTTPS alone. */
export function copiesPictures(): boolean {
  return typeof ClipboardItem !== 'undefined';
}

/**
 * Puts a PNG on the clipboard once it is made. The browser is asked at once, while the press that asked for it
 * still counts.
 */
export async function copyPicture(making: Promise<Uint8Array>): Promise<void> {
  // A copy, since the bytes may be a view into more.
  const picture = making.then((bytes) => new Blob([bytes.slice()], { type: 'image/png' }));
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })]);
  } catch (thrown) {
    if (!(thrown instanceof DOMException) || thrown.name !== 'NotAllowedError') throw thrown;
    throw new Refusal(
      'The clipboard takes no picture while the window is in the background or the browser forbids it; ' +
        'keep the window in front until it is copied, or take PNG.',
      { cause: thrown },
    );
  }
}
