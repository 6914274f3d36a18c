import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A server that sends nothing for this long is given up, and the next one is asked. */
const silenceMilliseconds = 30_000;

/**
 * @typedef {object} Progress
 * @property {number} received bytes on disk, those of an earlier attempt included
 * @property {number | null} total bytes in the whole file, `null` where the server does not say
 * @property {string} url the mirror in use
 */

/**
 * @typedef {object} Download
 * @property {readonly string[]} urls mirrors of the same file, tried in turn
 * @property {string} to where the file goes; until it is whole and checked it lies beside that, named `.part`
 * @property {string} [sha256] in hexadecimal; this or `md5` must be given
 * @property {string} [md5] in hexadecimal, for files whose makers publish nothing better
 * @property {(progress: Progress) => void} [onProgress]
 * @property {AbortSignal} [signal] what was fetched so far is kept for the next attempt
 */

/** No mirror gave the file. The message is one sentence; `attempts` says what each mirror did. */
export class DownloadError extends Error {
  /**
   * @param {string} message
   * @param {readonly { readonly url: string, readonly problem: string }[]} attempts
   */
  constructor(message, attempts) {
    super(message);
    this.name = 'DownloadError';
    this.attempts = attempts;
  }
}

/**
 * Fetches a file, or does nothing when it is there already with the right checksum. Takes up where an earlier
 * attempt ended, whichever mirror that was: the checksum decides.
 *
 * Throws `DownloadError` when no mirror serves it, the signal's reason when aborted, and the file system's errors.
 * @param {Download} wanted
 * @returns {Promise<void>}
 */
export async function download(wanted) {
  if (await hasChecksum(wanted.to, wanted)) return;
  await mkdir(path.dirname(wanted.to), { recursive: true });
  const part = `${wanted.to}.part`;
  const attempts = [];
  for (const url of wanted.urls) {
    const problem = await tryMirror(url, part, wanted);
    if (problem === null) {
      await rename(part, wanted.to);
      return;
    }
    attempts.push({ url, problem });
  }
  const name = path.basename(wanted.to);
  const told = attempts.map(({ url, problem }) => `${new URL(url).host}: ${problem}`).join('; ');
  throw new DownloadError(`${name} could not be downloaded (${told}).`, attempts);
}

/**
 * Whether the file exists and its content has the checksum.
 * @param {string} file
 * @param {{ readonly sha256?: string, readonly md5?: string }} checksum
 */
export async function hasChecksum(file, { sha256, md5 }) {
  const expected = sha256 ?? md5;
  if (expected === undefined) throw new TypeError('a download needs a sha256 or md5 to be checked against');
  if ((await sizeOf(file)) === null) return false;
  const hash = createHash(sha256 === undefined ? 'md5' : 'sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex') === expected.toLowerCase();
}

/**
 * @param {string} url
 * @param {string} part
 * @param {Download} wanted
 * @returns {Promise<string | null>} what went wrong with this mirror, or `null` when `part` is whole
 */
async function tryMirror(url, part, wanted) {
  const resumed = (await sizeOf(part)) !== null;
  const problem = await fetchRest(url, part, wanted);
  if (problem !== null) return problem;
  if (await hasChecksum(part, wanted)) return null;
  await rm(part, { force: true });
  // The earlier part may have been the bad one: this mirror gets a chance from the start.
  if (resumed) return tryMirror(url, part, wanted);
  return 'the file it sent has another checksum';
}

/**
 * Appends what is missing to `part`.
 * @param {string} url
 * @param {string} part
 * @param {Download} wanted
 * @returns {Promise<string | null>}
 */
async function fetchRest(url, part, { onProgress, signal }) {
  const present = (await sizeOf(part)) ?? 0;
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), silenceMilliseconds);
  try {
    const response = await fetch(url, {
      // Some servers declare .gz files as compressed transfer; they would arrive unpacked.
      headers: { 'accept-encoding': 'identity', ...(present > 0 && { range: `bytes=${present}-` }) },
      signal: signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal]),
    });
    const range = rangeOf(response, present);
    if (range.kind === 'complete') return null;
    if (range.kind === 'refused') return range.problem;
    let received = range.from;
    const counted = async function* (/** @type {AsyncIterable<Uint8Array>} */ source) {
      for await (const chunk of source) {
        timer.refresh();
        received += chunk.length;
        onProgress?.({ received, total: range.total, url });
        yield chunk;
      }
    };
    const file = createWriteStream(part, { flags: range.from > 0 ? 'a' : 'w' });
    await pipeline(Readable.fromWeb(bodyOf(response)), counted, file);
    if (range.total !== null && received < range.total) return 'the connection ended early';
    return null;
  } catch (thrown) {
    if (signal?.aborted) throw signal.reason;
    if (isFileError(thrown)) throw thrown;
    return silence.signal.aborted
      ? `nothing came for ${silenceMilliseconds / 1000} seconds`
      : reasonOf(thrown);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * What the answer to a request for the bytes from `present` on holds (RFC 9110, section 14).
 * @param {Response} response
 * @param {number} present
 * @returns {{ kind: 'complete' } | { kind: 'refused', problem: string } | { kind: 'bytes', from: number, total: number | null }}
 */
function rangeOf(response, present) {
  const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
  const total = range?.[2] === undefined || range[2] === '*' ? null : Number(range[2]);
  if (response.status === 416 && present > 0) {
    // Nothing is left to send. Whether what is there is the right file, its checksum tells.
    return { kind: 'complete' };
  }
  if (response.status === 206) {
    if (Number(range?.[1]) !== present)
      return { kind: 'refused', problem: 'it sent another range than asked' };
    return { kind: 'bytes', from: present, total };
  }
  if (!response.ok) return { kind: 'refused', problem: `it answered ${response.status}` };
  const length = response.headers.get('content-length');
  return { kind: 'bytes', from: 0, total: length === null ? null : Number(length) };
}

/**
 * @param {Response} response
 * @returns {import('node:stream/web').ReadableStream}
 */
function bodyOf(response) {
  if (response.body === null) throw new Error('it sent no content');
  return /** @type {import('node:stream/web').ReadableStream} */ (response.body);
}

/** @param {string} file */
async function sizeOf(file) {
  try {
    return (await stat(file)).size;
  } catch (thrown) {
    if (/** @type {NodeJS.ErrnoException} */ (thrown).code === 'ENOENT') return null;
    throw thrown;
  }
}

/**
 * A full disk or a missing permission is no mirror's fault.
 * @param {unknown} thrown
 */
function isFileError(thrown) {
  const { code, syscall } = /** @type {NodeJS.ErrnoException} */ (thrown);
  return code !== undefined && ['open', 'write', 'close'].includes(syscall ?? '');
}

/**
 * `fetch` says only "fetch failed" and hides why in the cause.
 * @param {unknown} thrown
 */
function reasonOf(thrown) {
  if (!(thrown instanceof Error)) return String(thrown);
  const cause = thrown.cause;
  if (!(cause instanceof Error)) return thrown.message;
  return cause.message || /** @type {NodeJS.ErrnoException} */ (cause).code || thrown.message;
}
