import { Refusal, type Problem } from '#shared/errors';
import { sliceImages, type ImageSet } from '#shared/images';
import {
  cancelledInsight,
  type Evolution,
  type EvolutionRequest,
  type InsightProgress,
  type Kernels,
  type KernelsRequest,
  type Patterns,
  type PatternsRequest,
} from '#shared/insight';
import { drawKernels } from '../insight/kernels';
import { drawPatterns } from '../insight/patterns/patterns';
import type { InsightWatch } from '../insight/watch';
import type { BenchMoment } from './evidence-desk';
import { runEvolution } from './run-evolution';

/** Test images that filters are shown as evidence of their death. */
const evidenceImages = 2000;
/** The window is told of progress so often at most. */
const progressMilliseconds = 50;

export interface InsightDeskOptions {
  /** Throws a `Refusal` where there is no network. */
  readonly now: () => BenchMoment;
  readonly progressed: (progress: InsightProgress) => void;
  readonly log: (problem: Problem) => void;
}

/**
 * Answers one window's questions about filters. Training may be under way: an answer is that of the weights as they were
 * when it was asked for, and batches are trained in between.
 */
export class InsightDesk {
  readonly #options: InsightDeskOptions;
  readonly #underWay = new Map<number, AbortController>();

  constructor(options: InsightDeskOptions) {
    this.#options = options;
  }

  kernels(request: KernelsRequest): Promise<Kernels> {
    return this.watched(request.id, (watch) => {
      const { bench } = this.#options.now();
      return drawKernels(bench.step.network(), request, { evidence: evidenceOf(bench.test), watch });
    });
  }

  patterns(request: PatternsRequest): Promise<Patterns> {
    return this.watched(request.id, (watch) => {
      const { bench } = this.#options.now();
      const model = bench.step.network();
      const last = model.outputLayers[0]?.name;
      const ofClasses = request.layer === null || request.layer === last;
      return drawPatterns(model, request, {
        evidence: evidenceOf(bench.test),
        watch,
        log: (message) => {
          this.#options.log({ kind: 'refusal', message, detail: null });
        },
        ...(ofClasses && { names: bench.info.classes }),
      });
    });
  }

  evolution(request: EvolutionRequest): Promise<Evolution> {
    return this.watched(request.id, (watch) => {
      const folder = request.run ?? this.#options.now().runFolder;
      if (folder === null) {
        throw new Refusal('The network on the bench belongs to no run yet; train it, or name a run.');
      }
      return runEvolution(folder, request, () => this.#options.now(), watch);
    });
  }

  /** Does nothing where no such request is under way. */
  cancel(id: number): void {
    this.#underWay.get(id)?.abort();
  }

  /** Cancels everything: the window is gone. */
  close(): void {
    for (const controller of this.#underWay.values()) controller.abort();
  }

  /** Does what a window asked for under this number, tells it of progress, and lets it cancel. */
  async watched<T>(id: number, work: (watch: InsightWatch) => Promise<T>): Promise<T> {
    // The same number again: the window no longer waits for what it asked before.
    this.cancel(id);
    const controller = new AbortController();
    this.#underWay.set(id, controller);
    let toldAt = 0;
    const report = (label: string, fraction: number): void => {
      const now = performance.now();
      if (fraction < 1 && now - toldAt < progressMilliseconds) return;
      toldAt = now;
      this.#options.progressed({ id, label, fraction });
    };
    try {
      const answer = await work({ signal: controller.signal, report });
      if (controller.signal.aborted) throw new Refusal(cancelledInsight);
      return answer;
    } finally {
      if (this.#underWay.get(id) === controller) this.#underWay.delete(id);
    }
  }
}

function evidenceOf(test: ImageSet): ImageSet | null {
  return test.count === 0 ? null : sliceImages(test, 0, Math.min(evidenceImages, test.count));
}
