import type { Session, Snapshot, WindowApi } from '#shared/api';
import type { LabConnection } from '../lab/connection';
import { useEvaluationStore } from './evaluation';
import { useFramesStore } from './frames';
import { useInsightStore } from './insight';
import { useLabStore } from './lab';
import { useMetricsStore, type RunLength } from './metrics';
import { useModelsStore } from './models';
import { useProbeStore } from './probe';
import { useProblemStore } from './problem';
import { useRecipeStore } from './recipe';
import { useSessionStore } from './session';

/** A hidden window paints nothing: it takes a frame this often. */
const hiddenFrameMilliseconds = 1000;

/**
 * Leads what the lab tells into the stores, and restores them from a snapshot whenever the lab is connected.
 * Returns a function that lets go of the connection.
 */
export function openLab(connection: LabConnection): () => void {
  const lab = useLabStore();
  const session = useSessionStore();
  const metrics = useMetricsStore();
  const frames = useFramesStore();
  const recipes = useRecipeStore();
  const probe = useProbeStore();
  const problems = useProblemStore();
  const evaluation = useEvaluationStore();
  const insight = useInsightStore();
  const models = useModelsStore();
  let joining = false;
  /** What the session became between `join` and its answer, which may not know it yet. */
  let overtaken: Session | null = null;

  function takeSession(next: Session): void {
    const begun = next.phase === 'ready' || ('run' in next && next.run.id !== session.run?.id);
    session.take(next);
    if ('network' in next) {
      probe.useData(JSON.stringify(next.recipe.data));
      recipes.knowClasses(next.recipe.data, next.network.classes.length);
    }
    if (begun) {
      metrics.clear();
      frames.clear();
      evaluation.clear();
      session.takeProgress(null);
    }
    if ('run' in next) metrics.runLength = runLengthOf(next);
    if ('run' in next && begun) recipes.load(next.recipe);
    if (next.phase === 'failed' && next.problem.kind === 'refusal')
      recipes.refuse(next.problem.message, next.recipe);
  }

  function restore({ session: current, metrics: soFar, frame }: Snapshot): void {
    takeSession(current);
    metrics.clear();
    frames.clear();
    if ('run' in current) metrics.runLength = runLengthOf(current);
    metrics.append(soFar);
    session.takeProgress(soFar.progress);
    if (frame !== null) frames.take(frame);
  }

  async function join(): Promise<void> {
    if (joining) return;
    joining = true;
    overtaken = null;
    try {
      restore(await lab.lab().join());
      if (overtaken !== null && isOther(overtaken, session.session)) takeSession(overtaken);
    } catch (thrown) {
      problems.report('Joining the session', thrown);
    } finally {
      joining = false;
    }
  }

  async function greet(): Promise<void> {
    const well = await problems.reporting('Asking the lab what it is', async () => {
      lab.description = await lab.lab().describe();
    });
    if (!well || lab.description === null) return;
    await join();
    if ('recipe' in session.session) recipes.load(session.session.recipe);
    else if (recipes.recipe === null) recipes.loadRemembered(lab.description.defaultRecipe);
    if (named === null) return;
    void models.open(named);
    named = null;
  }

  const window: WindowApi = {
    sessionChanged: (next) => {
      if (joining) overtaken = next;
      else takeSession(next);
    },
    metricsArrived: (update) => {
      if (joining) return;
      // Batches are missing: begin again from the lab's own account.
      if (!metrics.append(update)) void join();
      else session.takeProgress(update.progress);
    },
    insightProgressed: insight.progressed,
    frameArrived: async (frame) => {
      if (!joining) frames.take(frame);
      await painted();
    },
  };

  lab.use(connection, connection.connect(window));
  /** Named before the lab could read it. */
  let named: string | null = null;
  const unnamed = connection.onOpenModel((path) => {
    if (lab.connected) void models.open(path);
    else named = path;
  });
  const forget = connection.onState((state) => {
    lab.state = state;
    if (state.kind === 'connected') void greet();
    else session.pending = null;
    if (state.kind === 'gone' && state.canRestart) session.interrupt();
  });
  return () => {
    forget();
    unnamed();
    connection.close();
  };
}

function runLengthOf({ network, recipe }: Extract<Session, { readonly run: unknown }>): RunLength {
  const { batchSize, epochs } = recipe.training;
  const stepsPerEpoch = Math.ceil(network.trainingImages / batchSize);
  return { stepsPerEpoch, steps: stepsPerEpoch * epochs };
}

function isOther(one: Session, other: Session): boolean {
  return one.phase !== other.phase || ('run' in one && 'run' in other && one.run.id !== other.run.id);
}

/** Resolves when the window has painted, so that a window that lags is sent fewer frames. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, hiddenFrameMilliseconds);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
