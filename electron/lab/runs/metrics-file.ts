import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import type { EpochMetrics, RunInfo } from '#shared/api';
import { runFiles } from './run-folder';

/** Lines are gathered for this long, so that fast training does not wait for the disk. */
const gatherMilliseconds = 1000;

/** A line of `metrics.jsonl`. */
export type MetricsLine =
  | { readonly type: 'batch'; readonly step: number; readonly loss: number; readonly accuracy: number }
  | ({ readonly type: 'epoch'; readonly step: number } & EpochMetrics)
  | { readonly type: 'test'; readonly step: number; readonly loss: number; readonly accuracy: number };

/** Appends to a run's metrics. A kill can cut the last line short; readers skip a last line that is no JSON. */
export class MetricsFile {
  readonly #path: string;
  #lines: string[] = [];
  #lastWrite = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(run: RunInfo) {
    this.#path = path.join(run.folder, runFiles.metrics);
  }

  /** Rejects with what the last write failed with, so that a full disk is noticed while training. */
  async append(line: MetricsLine): Promise<void> {
    this.#lines.push(`${JSON.stringify(line)}\n`);
    if (Date.now() - this.#lastWrite >= gatherMilliseconds) await this.flush();
  }

  async flush(): Promise<void> {
    this.#lastWrite = Date.now();
    const lines = this.#lines;
    this.#lines = [];
    if (lines.length > 0) this.#writing = this.#writing.then(() => appendFile(this.#path, lines.join('')));
    await this.#writing;
  }
}
