import type { LabApi, LabDescription } from '#shared/api';
import type { DataApi } from '#shared/data-survey';
import type { Problem } from '#shared/errors';
import type { ModelsApi } from '#shared/models';
import type { RemoteWindow } from '#shared/rpc';
import { dataSources } from './data/sources';
import { startEngine } from './engine/backend';
import { defaultRecipe } from './model/default-recipe';
import { presets } from './model/presets';
import { listRuns } from './runs/list-runs';
import { isRunFolder } from './runs/run-folder';
import { readRunMetrics } from './runs/run-metrics';
import { defaultModelsFolder } from './runs/runs-folder';
import { dataDesk } from './session/data-desk';
import { EvidenceDesk } from './session/evidence-desk';
import { ExportDesk } from './session/export-desk';
import { InsightDesk } from './session/insight-desk';
import { modelsDesk } from './session/models/desk';
import { summarizeDraft, summarizeSpec } from './session/summarize';
import { evaluateBench, samplesOf } from './session/test-images';
import { saveBench } from './session/save-network';
import { RunDesk } from './session/run-desk';
import { LabSession } from './session/session';
import { version } from '../../package.json';

export interface LabOptions {
  readonly engine: 'auto' | 'tensorflow' | 'wasm';
  readonly runsFolder: string;
  readonly log: (problem: Problem) => void;
}

export interface Lab {
  /** Answers one window's calls. */
  connect(remote: RemoteWindow): LabApi;
  /** Ends a run in progress, so that its folder is whole. */
  quit(): Promise<void>;
}

/** Starts the engine and puts an empty bench before it. */
export async function openLab({ engine: wanted, runsFolder, log }: LabOptions): Promise<Lab> {
  const engine = await startEngine(wanted);
  const session = new LabSession({ engine: engine.engine, runsFolder, log });
  const description: LabDescription = {
    version,
    engine,
    presets,
    sources: dataSources,
    defaultRecipe,
    runsFolder,
  };
  const desks = { ...(await modelsDesk(defaultModelsFolder())), ...dataDesk(() => session.now().bench) };
  return {
    connect: (remote) => answerWindow(remote, session, description, desks, log),
    quit: () => session.quit(),
  };
}

/** The contract, each call handed to the room that does it. */
function answerWindow(
  remote: RemoteWindow,
  session: LabSession,
  description: LabDescription,
  desks: ModelsApi & DataApi,
  log: (problem: Problem) => void,
): LabApi {
  const evidence = new EvidenceDesk(() => session.now());
  const insight = new InsightDesk({
    now: () => session.now(),
    progressed: (progress) => remote.window.insightProgressed(progress),
    log,
  });
  const files = new ExportDesk({
    now: () => session.now(),
    progressed: (progress) => remote.window.insightProgressed(progress),
    engine: description.engine,
  });
  const past = new RunDesk(() => session.now());
  let detach = (): void => undefined;
  remote.onClose(() => {
    detach();
    insight.close();
    files.close();
  });
  return {
    ...desks,
    describe: async () => description,
    join: async () => {
      detach();
      const attached = session.attach(remote.window);
      detach = attached.detach;
      return attached.snapshot;
    },
    summarize: async (model, data) => summarizeSpec(model, data),
    summarizeDraft: async (model, data) => summarizeDraft(model, data),
    prepare: (recipe) => session.prepare(recipe),
    train: (recipe) => session.train(recipe),
    resumeRun: (resumption) => session.resumeRun(resumption),
    openRun: (folder) => session.openRun(folder),
    isRun: (path) => isRunFolder(path),
    keptSteps: () => past.keptSteps(),
    frameAt: (step) => past.frameAt(step),
    runs: () => listRuns(description.runsFolder),
    runMetrics: (folder) => readRunMetrics(folder),
    setLearningRate: async (learningRate) => {
      session.setLearningRate(learningRate);
    },
    pause: async () => {
      session.pause();
    },
    resume: async () => {
      session.resume();
    },
    stop: async () => {
      session.stop();
    },
    probe: (choice) => session.probe(choice),
    samples: async (range) => samplesOf(session.bench, range),
    evaluate: async () => evaluateBench(session.bench),
    exportFile: (call) => files.exportFile(call),
    cancelExport: async (id) => {
      files.cancel(id);
    },
    saveNetwork: async (format) => saveBench(session.now().bench, format),
    kernels: (request) => insight.kernels(request),
    patterns: (request) => insight.patterns(request),
    evolution: (request) => insight.evolution(request),
    cancelInsight: async (id) => {
      insight.cancel(id);
    },
    evidence: (request) => insight.watched(request.id, (watch) => evidence.evidence(request, watch)),
    topImages: (request) => insight.watched(request.id, (watch) => evidence.topImages(request, watch)),
  };
}
