import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Refusal } from '#shared/errors';
import { largestModelFile } from '../files';
import type { Hdf5Contents } from './contents';
// As text, so that the built program finds it wherever it is: a thread from text needs no file of its own.
import threadSource from './reading-thread.mjs?raw';

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Bytes that `isHdf5` needs: HDF5 may begin after a block of the writer's own of 512, 1024 or 2048 bytes. */
export const hdf5HeadLength = 2056;

export function isHdf5(head: Uint8Array): boolean {
  return [0, 512, 1024, 2048].some((start) => signature.every((byte, index) => head[start + index] === byte));
}

/** What the thread says of a file. */
export type ThreadAnswer =
  | { readonly kind: 'contents'; readonly contents: Hdf5Contents }
  /** `spoilt` when the library failed in a way that leaves it unfit for another file. */
  | { readonly kind: 'fault'; readonly fault: string; readonly spoilt: boolean };

const secondsForAny = 2;
const secondsForMegabyte = 0.2;

let thread: Worker | null = null;
let busy: Promise<unknown> = Promise.resolve();

/**
 * Reads the groups, texts and numbers of an HDF5 file, one file at a time. Throws a `Refusal` that names the place, also
 * where a damaged file keeps the library busy beyond any sense.
 * @param bytes given away: the caller can no longer read them
 */
export function readHdf5(bytes: Uint8Array, owner: string): Promise<Hdf5Contents> {
  const reading = busy.then(() => readNow(bytes, owner));
  busy = reading.catch(() => undefined);
  return reading;
}

async function readNow(bytes: Uint8Array, owner: string): Promise<Hdf5Contents> {
  thread ??= await startThread();
  const seconds = secondsForAny + (secondsForMegabyte * bytes.length) / 2 ** 20;
  const answer = await answerOf(thread, bytes, seconds);
  if (answer.kind === 'contents') return answer.contents;
  if (answer.spoilt) {
    await thread.terminate();
    thread = null;
  }
  throw new Refusal(`${owner}: ${answer.fault}.`);
}

async function startThread(): Promise<Worker> {
  const url = new URL(`data:text/javascript,${encodeURIComponent(threadSource)}`);
  const workerData = { library: import.meta.resolve('h5wasm'), largestFile: largestModelFile };
  const started = new Worker(url, { workerData });
  // It says so when the library is loaded, which takes longer than most files.
  await once(started, 'message');
  return started;
}

function answerOf(reader: Worker, bytes: Uint8Array, seconds: number): Promise<ThreadAnswer> {
  return new Promise((resolve) => {
    const end = (answer: ThreadAnswer): void => {
      clearTimeout(deadline);
      reader.off('message', end).off('error', onError).off('exit', onExit);
      reader.unref();
      resolve(answer);
    };
    const spoil = (fault: string): void => {
      end({ kind: 'fault', fault, spoilt: true });
    };
    const onError = (): void => {
      spoil('the HDF5 file is damaged or cut off');
    };
    const onExit = (): void => {
      spoil('the HDF5 file cannot be read');
    };
    const deadline = setTimeout(() => {
      spoil(`reading it takes longer than ${seconds.toFixed(0)} s, as of damaged HDF5 files`);
    }, seconds * 1000);
    reader.on('message', end).on('error', onError).on('exit', onExit);
    // While it works the process waits for it.
    reader.ref();
    reader.postMessage(
      bytes,
      bytes.byteLength === bytes.buffer.byteLength ? [bytes.buffer as ArrayBuffer] : [],
    );
  });
}
