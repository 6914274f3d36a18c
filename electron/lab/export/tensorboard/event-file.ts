import { existsSync } from 'node:fs';
import { mkdir, open, readdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { encodeEvent, type EventContent, type SummaryValue } from './event';
import { frameRecord } from './record';

/** SessionLog.START (event.proto). */
const sessionStart = 1;

/**
 * One file that TensorBoard reads, in a folder that it takes for a run. Events are gathered until `flush` and only ever
 * appended, so that a kill leaves at most one cut record at the end, where readers stop. A file is begun with the first
 * flush; where others lie in the folder, TensorBoard reads them before it.
 */
export class EventFile {
  readonly #folder: string;
  readonly #firstStep: number;
  #file: string | null = null;
  /** Bytes that are known to be written. */
  #size = 0;
  #records: Uint8Array[] = [];

  /**
   * @param folder is made if its parent is there
   * @param firstStep TensorBoard drops what other files of the folder say of this step and later ones, when it finds
   *   that a session started there (`_CheckForRestartAndMaybePurge` in plugin_event_accumulator.py)
   */
  constructor(folder: string, firstStep: number) {
    this.#folder = folder;
    this.#firstStep = firstStep;
  }

  /** @param step batches trained */
  add(step: number, values: readonly SummaryValue[]): void {
    this.#records.push(recordOf({ summary: { value: values } }, step));
  }

  /** Writes what was gathered. Rejects when the disk does, with all kept for the next try. */
  async flush(): Promise<void> {
    const count = this.#records.length;
    if (count === 0) return;
    if (this.#file === null || !existsSync(this.#file)) this.#file = await this.#begin();
    const header = this.#size === 0 ? headerOf(this.#firstStep) : [];
    await this.#write(this.#file, Buffer.concat([...header, ...this.#records]));
    this.#records.splice(0, count);
  }

  async #begin(): Promise<string> {
    // Not recursive: a run's folder that is gone must not come back half empty.
    if (!existsSync(this.#folder)) await mkdir(this.#folder);
    const file = path.join(this.#folder, await nextName(this.#folder));
    await writeFile(file, '', { flag: 'wx' });
    this.#size = 0;
    return file;
  }

  /** Writes at the place up to which all is well, so that the rest of a write that failed is written over. */
  async #write(file: string, bytes: Uint8Array): Promise<void> {
    const handle = await open(file, 'r+');
    try {
      let written = 0;
      while (written < bytes.length) {
        const left = bytes.length - written;
        written += (await handle.write(bytes, written, left, this.#size + written)).bytesWritten;
      }
    } finally {
      await handle.close();
    }
    this.#size += bytes.length;
  }
}

function headerOf(firstStep: number): readonly Uint8Array[] {
  return [
    recordOf({ file_version: 'brain.Event:2', source_metadata: { writer: 'convscope' } }, 0),
    recordOf({ session_log: { status: sessionStart } }, firstStep),
  ];
}

function recordOf(content: EventContent, step: number): Uint8Array {
  return frameRecord(encodeEvent(content, step, Date.now() / 1000));
}

/**
 * A name as TensorFlow gives it: `events.out.tfevents.1700000000.host.1234.v2`. TensorBoard reads a folder's files in
 * the order of their names, so the second is later than that of every other file, whatever the clock says.
 */
async function nextName(folder: string): Promise<string> {
  const seconds = (await readdir(folder)).map((name) => Number(/tfevents\.(\d+)\./.exec(name)?.[1] ?? 0));
  const second = Math.max(Math.floor(Date.now() / 1000), ...seconds.map((other) => other + 1));
  return `events.out.tfevents.${String(second).padStart(10, '0')}.${os.hostname()}.${process.pid}.v2`;
}
