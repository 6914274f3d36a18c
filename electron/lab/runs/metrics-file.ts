import { appendFile, readFile, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { writeWhole } from './atomic';
import type { TrainingPosition } from './position';
import { runFiles } from './run-folder';
import { errorCode } from './storage';

/** Lines are gathered for this long, so that fast training does not wait for the disk. */
const gatherMilliseconds = 1000;

const step = z.number().int().min(0);
/** JSON has no NaN and no infinity: `null` stands for them, as JSON.stringify writes it. */
const measured = z
  .number()
  .nullable()
  .transform((value) => value ?? NaN);

const metricsLine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('batch'), step, loss: measured, accuracy: measured }),
  z.object({
    type: z.literal('epoch'),
    step,
    epoch: z.number().int().min(1),
    loss: measured,
    accuracy: measured,
    validationLoss: z.number().nullable(),
    validationAccuracy: z.number().nullable(),
    learningRate: z.number(),
    imagesPerSecond: z.number(),
    seconds: z.number(),
    deadFilters: z
      .array(
        z.object({ layer: z.string(), channels: z.array(z.number().int()).readonly(), of: z.number().int() }),
      )
      .readonly(),
  }),
  z.object({ type: z.literal('test'), step, loss: measured, accuracy: measured }),
]);

/** A line of `metrics.jsonl`. */
export type MetricsLine = Readonly<z.infer<typeof metricsLine>>;

/** Appends to a run's metrics. A write that failed is taken back and tried again with the next one. */
export class MetricsFile {
  readonly #path: string;
  #lines: string[] = [];
  #lastWrite = 0;

  constructor(runFolder: string) {
    this.#path = path.join(runFolder, runFiles.metrics);
  }

  /** Keeps a line for the next write. */
  gather(line: MetricsLine): void {
    this.#lines.push(`${JSON.stringify(line)}\n`);
  }

  /** Writes what was gathered, if the last write is long enough ago. */
  async flushWhenDue(): Promise<void> {
    if (Date.now() - this.#lastWrite >= gatherMilliseconds) await this.flush();
  }

  /** Rejects when the disk does, with the lines kept for the next try. */
  async flush(): Promise<void> {
    this.#lastWrite = Date.now();
    const count = this.#lines.length;
    if (count === 0) return;
    const size = await sizeOf(this.#path);
    try {
      await appendFile(this.#path, this.#lines.join(''));
    } catch (thrown) {
      // A full disk may have taken half a line, which the next try would double.
      if (errorCode(thrown) === 'ENOSPC') await truncate(this.#path, size);
      throw thrown;
    }
    this.#lines.splice(0, count);
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return 0;
    throw thrown;
  }
}

/** A run's metrics. Lines that are cut short, as a kill leaves the last one, are no metrics. */
export async function readMetrics(runFolder: string): Promise<readonly MetricsLine[]> {
  const text = await readFile(path.join(runFolder, runFiles.metrics), 'utf8').catch((thrown: unknown) => {
    if (errorCode(thrown) === 'ENOENT') return '';
    throw thrown;
  });
  return text.split('\n').flatMap((line) => {
    const parsed = metricsLine.safeParse(parsedLine(line));
    return parsed.success ? [parsed.data] : [];
  });
}

/** Drops what was measured after the checkpoint that a run goes on from: it will be measured again. */
export async function rewindMetrics(
  runFolder: string,
  { step: lastStep, epochs }: Pick<TrainingPosition, 'step' | 'epochs'>,
): Promise<readonly MetricsLine[]> {
  const lines = (await readMetrics(runFolder)).filter(
    (line) =>
      (line.type === 'batch' && line.step <= lastStep) || (line.type === 'epoch' && line.epoch <= epochs),
  );
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  await writeWhole(path.join(runFolder, runFiles.metrics), text);
  return lines;
}

function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
