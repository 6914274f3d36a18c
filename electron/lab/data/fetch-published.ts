import path from 'node:path';
import { Refusal } from '#shared/errors';
import { download, DownloadError } from '../../setup/download.mjs';
import type { OpeningWatch } from './data-set';
import type { PublishedSet } from './published';

/**
 * Fetches what is missing of a published set into a folder. Files that are there and whole are not fetched again,
 * half-fetched ones are taken up where they ended. When no mirror answers, a `Refusal` names the hosts that were
 * asked and the two ways on.
 */
export async function fetchPublished(set: PublishedSet, folder: string, watch: OpeningWatch): Promise<void> {
  const total = set.files.reduce((sum, { bytes }) => sum + bytes, 0);
  const label = `Fetching ${set.title}`;
  let done = 0;
  let reported = -1;
  // Packets come by the thousand; a bar moves in hundredths.
  const report = (bytes: number): void => {
    const hundredths = Math.floor((100 * bytes) / total);
    if (hundredths === reported) return;
    reported = hundredths;
    watch.report({ label, fraction: bytes / total });
  };
  for (const file of set.files) {
    try {
      await download({
        urls: set.mirrors.map((mirror) => new URL(file.name, mirror).href),
        to: path.join(folder, file.name),
        sha256: file.sha256,
        onProgress: ({ received }) => report(done + received),
        signal: watch.signal,
      });
    } catch (thrown) {
      if (!(thrown instanceof DownloadError)) throw thrown;
      throw new Refusal(refusalText(set), { cause: thrown });
    }
    done += file.bytes;
  }
}

function refusalText({ title, mirrors }: PublishedSet): string {
  const hosts = mirrors.map((mirror) => new URL(mirror).host);
  return (
    `${title} could not be fetched from ${hosts.join(', ')}: check the network, name a folder that holds its four ` +
    `IDX files, or train on digits, which need no download.`
  );
}
