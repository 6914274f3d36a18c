import type { EpochMetrics, RunInfo, RunListing, RunResult } from '#shared/api';
import { Refusal } from '#shared/errors';
import type { Recipe } from '#shared/spec';

/** A run as the simulated lab keeps it. */
export interface FakeRun {
  readonly info: RunInfo;
  recipe: Recipe;
  learningRate: number;
  loss: number[];
  accuracy: number[];
  epochs: EpochMetrics[];
  result: RunResult | null;
}

/** What stands for the folder of runs: it outlives a lab that dies. */
export class FakeRuns {
  readonly #runs: FakeRun[] = [];

  begin(recipe: Recipe): FakeRun {
    const number = String(this.#runs.length + 1).padStart(4, '0');
    const id = `${number}-${recipe.data.source}-${recipe.model.name}`;
    const run: FakeRun = {
      info: { id, folder: `runs/${id}`, startedAt: new Date().toISOString() },
      recipe,
      learningRate: recipe.training.optimizer.learningRate,
      loss: [],
      accuracy: [],
      epochs: [],
      result: null,
    };
    this.#runs.push(run);
    return run;
  }

  /** Refused where there is none. */
  at(folder: string): FakeRun {
    const run = this.#runs.find(({ info }) => info.folder === folder);
    if (run === undefined) throw new Refusal(`${folder} is no run: it has no readable spec.json.`);
    return run;
  }

  has(folder: string): boolean {
    return this.#runs.some(({ info }) => info.folder === folder);
  }

  /** The run, refused where it is complete, as its last whole epoch left it. */
  reopen(folder: string, epochs: number | undefined, stepsPerEpoch: (recipe: Recipe) => number): FakeRun {
    const run = this.at(folder);
    const training = { ...run.recipe.training, epochs: epochs ?? run.recipe.training.epochs };
    if (run.epochs.length >= training.epochs)
      throw new Refusal(
        `The run ${run.info.id} is complete: its ${run.epochs.length} epochs are trained. ` +
          `To train it further, give more epochs than that.`,
      );
    run.recipe = { ...run.recipe, training };
    run.result = null;
    const whole = run.epochs.length * stepsPerEpoch(run.recipe);
    run.loss.length = Math.min(run.loss.length, whole);
    run.accuracy.length = run.loss.length;
    return run;
  }

  list(): readonly RunListing[] {
    return this.#runs
      .map(({ info, recipe, epochs, result }) => ({
        ...info,
        recipe,
        epochs: epochs.length,
        lastEpoch: epochs.at(-1) ?? null,
        problem: null,
        result,
      }))
      .reverse();
  }
}
