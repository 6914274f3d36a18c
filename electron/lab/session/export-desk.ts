import type { Task } from '#shared/api';
import { Refusal } from '#shared/errors';
import type { ExportCall, ExportedFile, ExportImage, ExportWork } from '#shared/export';
import { cancelledInsight, type InsightProgress } from '#shared/insight';
import type { BenchMoment } from './evidence-desk';
import { benchSubject } from './exporting/bench-subject';
import { makeFile, type UsedEngine } from './exporting/make-file';

/** The window is told of progress so often at most. */
const progressMilliseconds = 50;

export interface ExportDeskOptions {
  /** Throws a `Refusal` where there is no network. */
  readonly now: () => BenchMoment;
  readonly progressed: (progress: InsightProgress) => void;
  readonly engine: UsedEngine;
}

/** Makes one window's files of the network on the bench, as it is when they are asked for. */
export class ExportDesk {
  readonly #options: ExportDeskOptions;
  readonly #underWay = new Map<number, AbortController>();

  constructor(options: ExportDeskOptions) {
    this.#options = options;
  }

  async exportFile({ id, request }: ExportCall): Promise<ExportedFile> {
    this.cancel(id);
    const controller = new AbortController();
    const { signal } = controller;
    this.#underWay.set(id, controller);
    try {
      const moment = this.#options.now();
      const opened = await benchSubject(moment);
      try {
        const work = shown(request.work, moment);
        const watch = { signal, report: this.#reporter(id) };
        return await makeFile(opened, { ...request, work }, this.#options.engine, watch);
      } finally {
        opened.dispose();
      }
    } catch (thrown) {
      if (signal.aborted) throw new Refusal(cancelledInsight, { cause: thrown });
      throw thrown;
    } finally {
      if (this.#underWay.get(id) === controller) this.#underWay.delete(id);
    }
  }

  /** Does nothing where no such export is under way. */
  cancel(id: number): void {
    this.#underWay.get(id)?.abort();
  }

  /** Cancels everything: the window is gone. */
  close(): void {
    for (const controller of this.#underWay.values()) controller.abort();
  }

  #reporter(id: number): (task: Task) => void {
    let toldAt = 0;
    return ({ label, fraction }) => {
      const now = performance.now();
      if (now - toldAt < progressMilliseconds) return;
      toldAt = now;
      this.#options.progressed({ id, label, fraction: fraction ?? 0 });
    };
  }
}

/** The work with what the lab shows now in the place of `probe`. */
function shown(work: ExportWork, moment: BenchMoment): ExportWork {
  switch (work.kind) {
    case 'maps':
    case 'evidence':
      return work.image.kind === 'probe' ? { ...work, image: probeImage(moment) } : work;
    case 'evolution': {
      const { source } = moment.probe;
      if (work.options.image !== null || source.kind !== 'sample') return work;
      return { ...work, options: { ...work.options, image: source.index } };
    }
    case 'kernels':
    case 'patterns':
    case 'report':
      return work;
  }
}

function probeImage({ probe, bench }: BenchMoment): ExportImage {
  if (probe.source.kind === 'sample') return { kind: 'test', index: probe.source.index };
  const [height, width, channels] = bench.test.shape;
  if (channels !== 1 && channels !== 3) {
    throw new Refusal(`An image of ${channels} channels cannot be kept in a recipe; choose a test image.`);
  }
  const base64 = Buffer.from(probe.pixels).toString('base64');
  return { kind: 'pixels', shape: [height, width, channels], base64 };
}
