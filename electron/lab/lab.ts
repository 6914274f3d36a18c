import type { LabApi, LabDescription } from '#shared/api';
import type { Problem } from '#shared/errors';
import type { RemoteWindow } from '#shared/rpc';
import { dataSources } from './data/sources';
import { startEngine } from './engine/backend';
import { defaultRecipe } from './model/default-recipe';
import { presets } from './model/presets';
import { listRuns } from './runs/list-runs';
import { EvidenceDesk } from './session/evidence-desk';
import { summarizeDraft, summarizeSpec } from './session/summarize';
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
  return {
    connect: (remote) => answerWindow(remote, session, description),
    quit: () => session.quit(),
  };
}

/** The contract, each call handed to the room that does it. */
function answerWindow(remote: RemoteWindow, session: LabSession, description: LabDescription): LabApi {
  const evidence = new EvidenceDesk(() => session.now());
  let detach = (): void => undefined;
  remote.onClose(() => {
    detach();
  });
  return {
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
    runs: () => listRuns(description.runsFolder),
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
    probe: async (choice) => {
      session.probe(choice);
    },
    samples: async (range) => session.samples(range),
    evaluate: async () => session.evaluate(),
    evidence: (request) => evidence.evidence(request),
    topImages: (request) => evidence.topImages(request),
  };
}
