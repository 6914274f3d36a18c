/**
 * A lab without a lab: the whole contract with a simulated training, for component tests and for working on the
 * window without an engine. A folder whose name holds `missing` is refused, `broken` fails while it is opened; a
 * learning rate above 1 diverges.
 */
import type {
  LabApi,
  LabDescription,
  NetworkInfo,
  Resumption,
  RunListing,
  RunMetrics,
  RunResult,
  Session,
  Snapshot,
  WindowApi,
} from '#shared/api';
import type { Evaluation } from '#shared/evaluation';
import type { ProbeChoice, SampleRange, Samples } from '#shared/probe';
import type { BrowseRequest } from '#shared/data-survey';
import { Refusal } from '#shared/errors';
import type { Evidence, EvidenceRequest, TopImages, TopImagesRequest } from '#shared/evidence';
import type { Frame, ProbeSource } from '#shared/frames';
import { sliceImages } from '#shared/images';
import type { SavedFile, SaveFormatId } from '#shared/saving';
import type { ModelSpec, Recipe, RecipeModel } from '#shared/spec';
import { fakeProbe, fakeTestImages, folderOf, networkOf, stepsPerEpoch } from './fake-bench';
import { fakeBrowse, fakeSurvey } from './fake-data';
import { fakeDescription } from './fake-description';
import { fakeEvidence, fakeTopImages, type FakeView } from './fake-evidence';
import { FakeExport } from './fake-export';
import { FakeInsight } from './fake-insight';
import { fakeDigits } from './fake-images';
import { fakeFrame } from './fake-network';
import { FakeModels } from './fake-models';
import { metricsOf, progressOf } from './fake-progress';
import { resultOf, tickMilliseconds, trainForATick } from './fake-run-training';
import { FakeRuns, type FakeRun } from './fake-runs';
import { fakeSavedFiles } from './fake-saving';
import { draftOfFake, summarizeFake } from './fake-summary';
import { fakeEvaluation } from './fake-training';

/** So many are drawn; the others repeat them. */
const drawnImages = 200;

export class FakeLab extends FakeModels implements LabApi {
  #session: Session = { phase: 'empty' };
  #window: WindowApi | null = null;
  #probe: { source: ProbeSource; pixels: Uint8Array };
  /** What was trained on the bench's network, if anything was. */
  #run: FakeRun | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #frameUnderWay = false;
  #preparations = 0;
  readonly #samples = fakeDigits(drawnImages);
  readonly #runs: FakeRuns;
  readonly #files = new FakeExport((progress) => this.#window?.insightProgressed(progress));
  readonly #insight = new FakeInsight((progress) => this.#window?.insightProgressed(progress));

  /** @param runs those that an earlier lab has left */
  constructor(runs = new FakeRuns()) {
    super();
    this.#runs = runs;
    this.#probe = this.#sample(0);
  }

  /** Ends every timer, as the death of the lab's process would. */
  dispose(): void {
    clearInterval(this.#timer);
    this.#window = null;
  }

  attach(window: WindowApi): void {
    this.#window = window;
  }

  async describe(): Promise<LabDescription> {
    return fakeDescription;
  }

  async join(): Promise<Snapshot> {
    return {
      session: this.#session,
      metrics: metricsOf(this.#run, 0, this.#run?.epochs ?? []),
      frame: this.#frame(),
    };
  }

  async summarize(model: RecipeModel) {
    return summarizeFake(model);
  }

  async summarizeDraft(model: ModelSpec) {
    return draftOfFake(model);
  }

  async prepare(recipe: Recipe): Promise<void> {
    this.#refuseMissing(recipe);
    clearInterval(this.#timer);
    this.#run = null;
    const preparation = ++this.#preparations;
    this.#change({ phase: 'preparing', recipe, task: { label: 'Drawing digits', fraction: 0.4 } });
    await pause(120);
    if (preparation !== this.#preparations) return;
    if (folderOf(recipe)?.includes('broken') === true) {
      const message = `${folderOf(recipe)}/train-images-idx3-ubyte.gz ends after 1,024 of 47,040,016 bytes.`;
      this.#change({ phase: 'failed', recipe, problem: { kind: 'refusal', message, detail: null } });
      return;
    }
    this.#change({ phase: 'ready', recipe, network: networkOf(recipe) });
    this.#sendFrame();
  }

  async train(recipe: Recipe): Promise<void> {
    this.#refuseWhileRunning();
    await this.prepare(recipe);
    if (this.#session.phase === 'ready') this.#follow(this.#runs.begin(recipe));
  }

  async resumeRun({ folder, learningRate, epochs }: Resumption): Promise<void> {
    this.#refuseWhileRunning();
    const run = this.#runs.reopen(folder, epochs, stepsPerEpoch);
    run.learningRate = learningRate ?? run.learningRate;
    await this.prepare(run.recipe);
    if (this.#session.phase !== 'ready') return;
    this.#follow(run);
    if (run.loss.length > 0) this.#window?.metricsArrived(metricsOf(run, 0, run.epochs));
  }

  async openRun(folder: string): Promise<void> {
    this.#refuseWhileRunning();
    const run = this.#runs.at(folder);
    await this.prepare(run.recipe);
    if (this.#session.phase !== 'ready') return;
    this.#run = run;
    const { recipe, info, result } = run;
    this.#change({ phase: 'finished', recipe, network: networkOf(recipe), run: info, result });
    this.#window?.metricsArrived(metricsOf(run, 0, run.epochs));
    this.#sendFrame();
  }

  async isRun(path: string): Promise<boolean> {
    return this.#runs.has(path);
  }

  async keptSteps(): Promise<readonly number[]> {
    const run = this.#run;
    if (run === null) return [];
    return [0, ...run.epochs.map(({ epoch }) => epoch * stepsPerEpoch(run.recipe))];
  }

  async frameAt(step: number): Promise<Frame> {
    const frame = this.#frame(step);
    if (frame === null) throw new Refusal(`The run has no checkpoint of step ${step}.`);
    return frame;
  }

  async runs(): Promise<readonly RunListing[]> {
    return this.#runs.list();
  }

  async runMetrics(folder: string): Promise<RunMetrics> {
    return { epochs: this.#runs.at(folder).epochs };
  }

  async saveNetwork(format: SaveFormatId): Promise<readonly SavedFile[]> {
    return fakeSavedFiles(format);
  }

  async setLearningRate(learningRate: number): Promise<void> {
    if (this.#session.phase !== 'training' && this.#session.phase !== 'paused')
      throw new Refusal('There is no run to change.');
    if (this.#run !== null) this.#run.learningRate = learningRate;
  }

  async pause(): Promise<void> {
    if (this.#session.phase === 'training')
      this.#change({ ...this.#session, phase: 'paused', problem: null });
  }

  async resume(): Promise<void> {
    if (this.#session.phase !== 'paused') return;
    const { recipe, network, run } = this.#session;
    this.#change({ phase: 'training', recipe, network, run });
  }

  async stop(): Promise<void> {
    if (this.#session.phase === 'preparing') {
      this.#preparations++;
      this.#change({ phase: 'empty' });
    } else this.#finish('stopped');
  }

  async probe(choice: ProbeChoice): Promise<void> {
    this.#probe = choice.kind === 'sample' ? this.#sample(choice.index) : fakeProbe(choice);
    this.#sendFrame();
  }

  async samples({ from, count }: SampleRange): Promise<Samples> {
    const first = from % this.#samples.count;
    const images = sliceImages(this.#samples, first, Math.min(first + count, this.#samples.count));
    return { from, total: fakeTestImages, ...images };
  }

  async surveyData() {
    return fakeSurvey(this.#onBench('look through'));
  }

  async browse(request: BrowseRequest) {
    return fakeBrowse(request, this.#samples, this.#onBench('look through'));
  }

  async evaluate(): Promise<Evaluation> {
    if (!('network' in this.#session))
      throw new Refusal('There is no network to evaluate; prepare one first.');
    const { network } = this.#session;
    const { labels } = this.#samples;
    return fakeEvaluation(this.#step, network.testImages, labels, network.classes.length);
  }

  readonly exportFile: LabApi['exportFile'] = async (call) =>
    this.#files.exportFile(this.#view().network.summary.name, call);

  readonly cancelExport: LabApi['cancelExport'] = async (id) => this.#files.cancel(id);

  readonly kernels: LabApi['kernels'] = async (request) =>
    this.#insight.kernels(this.#view().network, request);

  readonly patterns: LabApi['patterns'] = async (request) =>
    this.#insight.patterns(this.#view().network, request);

  readonly evolution: LabApi['evolution'] = async (request) =>
    this.#insight.evolution(this.#view().network, request);

  readonly cancelInsight: LabApi['cancelInsight'] = async (id) => this.#insight.cancel(id);

  async evidence(request: EvidenceRequest): Promise<Evidence> {
    return fakeEvidence(this.#view(), request);
  }

  async topImages(request: TopImagesRequest): Promise<TopImages> {
    return fakeTopImages(this.#view(), this.#samples, request);
  }

  #view(): FakeView {
    const frame = this.#frame();
    if (frame === null || !('network' in this.#session))
      throw new Refusal('There is no network to look into; prepare one first.');
    return { network: this.#session.network, frame, pixels: this.#probe.pixels };
  }

  #onBench(what: string): NetworkInfo {
    if (!('network' in this.#session))
      throw new Refusal(`There is nothing to ${what}; prepare a network first.`);
    return this.#session.network;
  }

  get #step(): number {
    return this.#run?.loss.length ?? 0;
  }

  #follow(run: FakeRun): void {
    this.#run = run;
    const { recipe, info } = run;
    this.#change({ phase: 'training', recipe, network: networkOf(recipe), run: info });
    this.#timer = setInterval(() => {
      this.#tick();
    }, tickMilliseconds);
  }

  #tick(): void {
    const run = this.#run;
    if (this.#session.phase !== 'training' || run === null) return;
    const { first, epochs, ended } = trainForATick(run, this.#session.network.summary);
    this.#window?.metricsArrived(metricsOf(run, first, epochs));
    this.#sendFrame();
    if (ended !== null) this.#finish(ended);
  }

  #finish(ended: RunResult['ended']): void {
    clearInterval(this.#timer);
    if (!('run' in this.#session) || this.#run === null) return;
    const { recipe, network, run } = this.#session;
    const result = resultOf(this.#run, network.summary, ended);
    this.#run.result = result;
    this.#change({ phase: 'finished', recipe, network, run, result });
  }

  #sample(index: number): { source: ProbeSource; pixels: Uint8Array } {
    const image = sliceImages(this.#samples, index % drawnImages, (index % drawnImages) + 1);
    return { source: { kind: 'sample', index, label: image.labels[0] ?? 0 }, pixels: image.pixels };
  }

  #frame(step = this.#step): Frame | null {
    if (!('network' in this.#session)) return null;
    return fakeFrame(this.#session.network.summary, {
      step,
      epoch: progressOf(this.#run)?.epoch ?? 0,
      probe: this.#probe.source,
      pixels: this.#probe.pixels,
      skill: 1 - Math.exp(-step / 400),
    });
  }

  /** Drops frames while the window is busy with the last one, as the lab does. */
  #sendFrame(): void {
    const frame = this.#frameUnderWay ? null : this.#frame();
    if (frame === null || this.#window === null) return;
    this.#frameUnderWay = true;
    void Promise.resolve(this.#window.frameArrived(frame)).finally(() => {
      this.#frameUnderWay = false;
    });
  }

  #change(session: Session): void {
    this.#session = session;
    this.#window?.sessionChanged(session);
  }

  #refuseWhileRunning(): void {
    if (this.#session.phase === 'training' || this.#session.phase === 'paused')
      throw new Refusal('A run is in progress; stop it before starting another.');
  }

  #refuseMissing(recipe: Recipe): void {
    const folder = folderOf(recipe);
    if (folder?.includes('missing') === true)
      throw new Refusal(`The folder ${folder} does not exist: name one that holds the four IDX files.`);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
