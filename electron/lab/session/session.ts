import type { Progress, Resumption, RunInfo, Session, Snapshot } from '#shared/api';
import type { EngineReport } from '#shared/engine';
import type { ProbeChoice } from '#shared/probe';
import { problemOf, Refusal, type Problem } from '#shared/errors';
import type { Frame } from '#shared/frames';
import type { Recipe } from '#shared/spec';
import type { FrameMoment } from '../insight/frame';
import type { TrainedBatch } from '../training/trainer';
import type { Bench } from './bench';
import type { BenchMoment } from './evidence-desk';
import { FrameBudget } from './frame-budget';
import { FrameTaker } from './frame-taker';
import { MetricsHistory } from './metrics-history';
import { progressOf, readKeptRun } from './reopen-run';
import { readResumableRun } from '../runs/resumable-run';
import { resumeRun, type ResumedRun } from './resume-run';
import { openRunBench } from './run-bench';
import { ShownImage } from './shown-image';
import { TrainingRun, type RunObserver } from './training-run';
import { WindowFeed, type FollowingWindow } from './window-feed';
import { Workbench } from './workbench';

export interface LabSessionOptions {
  readonly engine: EngineReport['engine'];
  readonly runsFolder: string;
  readonly log: (problem: Problem) => void;
}

/** One bench with one network, seen by any number of windows. Every change of what the lab does happens here. */
export class LabSession {
  readonly #options: LabSessionOptions;
  readonly #workbench: Workbench;
  readonly #feeds = new Set<WindowFeed>();
  readonly #budget = new FrameBudget(() => performance.now());
  #session: Session = { phase: 'empty' };
  #run: TrainingRun | null = null;
  #ended: Promise<void> = Promise.resolve();
  #history = new MetricsHistory();
  readonly #frames: FrameTaker;
  readonly #shown = new ShownImage();
  #frame: Frame | null = null;
  #moment: FrameMoment = { step: 0, epoch: 0 };

  constructor(options: LabSessionOptions) {
    this.#options = options;
    this.#frames = new FrameTaker({
      current: (bench) => bench === this.#workbench.bench,
      show: (frame) => {
        this.#frame = frame;
        for (const feed of this.#feeds) feed.sendFrame(frame);
      },
      log: options.log,
    });
    this.#workbench = new Workbench({
      preparing: (recipe, task) => {
        this.#become({ phase: 'preparing', recipe, task });
      },
      cleared: () => {
        this.#frame = null;
        this.#moment = { step: 0, epoch: 0 };
        this.#startHistory(new MetricsHistory());
      },
      placed: (bench) => {
        this.#placed(bench);
      },
      failed: (recipe, problem) => {
        this.#become({ phase: 'failed', recipe, problem });
      },
      say: this.#say,
    });
  }

  /** Everything so far; what follows goes to `window` until the returned function is called. */
  attach(window: FollowingWindow): { readonly snapshot: Snapshot; readonly detach: () => void } {
    const feed = new WindowFeed(window, this.#history, this.#options.log);
    this.#feeds.add(feed);
    return {
      snapshot: { session: this.#session, metrics: this.#history.since(0, 0), frame: this.#frame },
      detach: () => {
        this.#feeds.delete(feed);
        feed.close();
      },
    };
  }

  async prepare(recipe: Recipe): Promise<void> {
    this.#refuseWhileRunning('preparing another network');
    await this.#workbench.untrained(recipe);
  }

  async train(recipe: Recipe): Promise<void> {
    this.#refuseWhileRunning('starting another');
    const bench = await this.#workbench.untrained(recipe);
    // Another recipe was asked for while this one was being prepared.
    if (bench === null || this.#run !== null) return;
    if (bench.untrainable !== null) throw new Refusal(bench.untrainable);
    const place = { among: this.#options.runsFolder };
    const run = await TrainingRun.begin(bench, this.#options.engine, place, this.#observe(bench));
    this.#startHistory(new MetricsHistory());
    this.#follow(run, bench);
  }

  async resumeRun(resumption: Resumption): Promise<void> {
    this.#refuseWhileRunning('resuming another');
    const resumable = await readResumableRun(resumption);
    let resumed: ResumedRun | null = null;
    const bench = await this.#workbench.put(resumable.recipe, async (shelf, watch) => {
      resumed = await resumeRun(resumption, resumable, shelf, watch, this.#say);
      return resumed.bench;
    });
    if (bench === null || resumed === null || this.#run !== null) return;
    const { start, metrics }: ResumedRun = resumed;
    this.#moment = { step: start.position.step, epoch: start.position.epochs + 1 };
    this.#startHistory(MetricsHistory.of(metrics));
    this.#follow(new TrainingRun(bench, this.#options.engine, start, this.#observe(bench)), bench);
  }

  /** Puts the network of a run on the bench as it ended, with what was measured; its folder stays as it is. */
  async openRun(folder: string): Promise<void> {
    this.#refuseWhileRunning('opening another');
    const kept = await readKeptRun(folder);
    const bench = await this.#workbench.put(kept.recipe, (shelf, watch) =>
      openRunBench(kept, shelf, watch, this.#say),
    );
    if (bench === null || this.#run !== null) return;
    this.#workbench.used();
    const { recipe, info: network } = bench;
    const { info: run, result, metrics } = kept;
    const progress = progressOf(kept, bench);
    this.#moment = { step: kept.position.step, epoch: progress.epoch };
    this.#become({ phase: 'finished', recipe, network, run, result });
    // Afterwards: windows forget what they know of the last run when they hear of another.
    this.#startHistory(MetricsHistory.of(metrics, progress));
    this.#takeFrame();
  }

  setLearningRate(learningRate: number): void {
    this.#running('change');
    this.#run?.setLearningRate(learningRate);
  }

  pause(): void {
    const { run, ...session } = this.#running('pause');
    this.#run?.pause();
    this.#become({ ...session, phase: 'paused', run, problem: null });
    this.#takeFrame();
  }

  resume(): void {
    const { run, ...session } = this.#running('resume');
    this.#become({ ...session, phase: 'training', run });
    this.#run?.resume();
  }

  stop(): void {
    if (this.#workbench.giveUp()) {
      this.#become({ phase: 'empty' });
      return;
    }
    this.#running('stop');
    this.#run?.stop();
  }

  async probe(choice: ProbeChoice): Promise<void> {
    const { bench } = this.#workbench;
    if (bench === null) throw new Refusal('There is no network to show an image to; prepare one first.');
    const shown = await this.#shown.choose(choice, bench, (one) => one === this.#workbench.bench);
    if (shown) this.#takeFrame();
  }

  /** What is on it, if anything. */
  get bench(): Bench | null {
    return this.#workbench.bench;
  }

  /** For those who look into the network. Throws a `Refusal` where there is none. */
  now(): BenchMoment {
    const { bench } = this.#workbench;
    if (bench === null) throw new Refusal('There is no network to look into; prepare one first.');
    return {
      bench,
      probe: this.#shown.for(bench),
      step: this.#moment.step,
      runFolder: 'run' in this.#session ? this.#session.run.folder : null,
      training: this.#run !== null,
    };
  }

  /** Ends what is going on, so that the run's folder is whole. */
  async quit(): Promise<void> {
    this.#workbench.giveUp();
    this.#run?.stop();
    await this.#ended;
    this.#workbench.clear();
  }

  readonly #say = (sentence: string): void => {
    this.#options.log({ kind: 'refusal', message: sentence, detail: null });
  };

  #startHistory(history: MetricsHistory): void {
    this.#history = history;
    for (const feed of this.#feeds) feed.follow(this.#history);
  }

  #placed(bench: Bench): void {
    const wanted = this.#shown.fit(bench);
    this.#become({ phase: 'ready', recipe: bench.recipe, network: bench.info });
    this.#takeFrame();
    if (wanted === null) return;
    void this.probe(wanted).catch((thrown: unknown) => {
      this.#options.log(problemOf(thrown));
    });
  }

  #observe(bench: Bench): RunObserver {
    return {
      batchTrained: (batch, progress) => {
        this.#batchTrained(batch, progress);
      },
      epochEnded: (metrics) => {
        this.#history.addEpoch(metrics);
        for (const feed of this.#feeds) feed.metricsGrew();
      },
      evaluating: () => {
        if (this.#run === null) return;
        const { recipe, info: network } = bench;
        this.#become({ phase: 'evaluating', recipe, network, run: this.#run.info });
      },
      troubled: (problem) => {
        if (this.#run === null) return;
        this.#options.log(problem);
        const { recipe, info: network } = bench;
        this.#become({ phase: 'paused', recipe, network, run: this.#run.info, problem });
      },
    };
  }

  #follow(run: TrainingRun, bench: Bench): void {
    this.#run = run;
    this.#workbench.used();
    this.#become({ phase: 'training', recipe: bench.recipe, network: bench.info, run: run.info });
    this.#ended = this.#complete(run, bench);
  }

  async #complete(run: TrainingRun, { recipe, info: network }: Bench): Promise<void> {
    try {
      const result = await run.complete();
      this.#become({ phase: 'finished', recipe, network, run: run.info, result });
      this.#takeFrame();
    } catch (thrown) {
      const problem = problemOf(thrown);
      this.#options.log(problem);
      this.#become({ phase: 'failed', recipe, problem });
    } finally {
      this.#run = null;
    }
  }

  #batchTrained({ step, epoch, ...batch }: TrainedBatch, progress: Progress): void {
    this.#history.addBatch({ step, epoch, ...batch }, progress);
    this.#moment = { step, epoch };
    let watched = false;
    for (const feed of this.#feeds) {
      feed.metricsGrew();
      watched ||= feed.ready;
    }
    if (watched && this.#budget.affordable) {
      this.#budget.spend(() => {
        this.#takeFrame();
      });
    }
  }

  #takeFrame(): void {
    const { bench } = this.#workbench;
    if (bench === null) return;
    this.#frames.take({ bench, probe: this.#shown.for(bench), moment: this.#moment });
  }

  #become(session: Session): void {
    this.#session = session;
    for (const feed of this.#feeds) feed.sendSession(session);
  }

  #refuseWhileRunning(what: string): void {
    if (this.#run !== null) throw new Refusal(`A run is in progress; stop it before ${what}.`);
  }

  #running(what: string): {
    readonly recipe: Recipe;
    readonly network: Bench['info'];
    readonly run: RunInfo;
  } {
    const session = this.#session;
    if (session.phase !== 'training' && session.phase !== 'paused') {
      throw new Refusal(`There is no run to ${what}.`);
    }
    return { recipe: session.recipe, network: session.network, run: session.run };
  }
}
