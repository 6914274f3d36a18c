import { Refusal } from '#shared/errors';
import type { Frame } from '#shared/frames';
import type { TrainingState, TrainingStep } from '../engine/training-step';
import { takeFrame } from '../insight/frame';
import { checkpointStep, listCheckpoints, readCheckpoint } from '../runs/checkpoint';
import type { BenchMoment } from './evidence-desk';
import { spread } from './run-evolution';

/** Of longer runs so many checkpoints are gone back to, evenly. */
const mostCheckpoints = 60;

/** Goes back in the run on the bench once it has ended. */
export class RunDesk {
  readonly #now: () => BenchMoment;

  /** @param now throws a `Refusal` where there is no network */
  constructor(now: () => BenchMoment) {
    this.#now = now;
  }

  /** The steps of its checkpoints, oldest first; none where the network belongs to no run. */
  async keptSteps(): Promise<readonly number[]> {
    const { runFolder } = this.#now();
    return runFolder === null
      ? []
      : spread(await listCheckpoints(runFolder), mostCheckpoints).map(checkpointStep);
  }

  /** What the network made of the image that it is shown now when it had been trained for so many steps. */
  async frameAt(step: number): Promise<Frame> {
    const { bench, probe, runFolder, training } = this.#now();
    if (training) throw new Refusal('The run is still being trained; go back once it has ended.');
    const folder =
      runFolder === null
        ? undefined
        : (await listCheckpoints(runFolder)).find((candidate) => checkpointStep(candidate) === step);
    if (folder === undefined) throw new Refusal(`The run has no checkpoint of step ${step}.`);
    const { weights, optimizer, position } = await readCheckpoint(folder);
    const ended = await bench.step.state();
    if (this.#now().bench !== bench) throw new Refusal('Another network was put on the bench meanwhile.');
    return whileRestored(bench.step, { past: { weights, optimizer, step }, ended }, () =>
      takeFrame(bench.step, probe.pixels, probe.source, { step, epoch: position.epochs }),
    );
  }
}

/** Nothing is waited for in between, so that whoever else looks into the network sees it as it ended. */
function whileRestored<T>(
  step: TrainingStep,
  { past, ended }: { readonly past: TrainingState; readonly ended: TrainingState },
  look: () => T,
): T {
  try {
    step.restore(past);
    return look();
  } finally {
    step.restore(ended);
  }
}
