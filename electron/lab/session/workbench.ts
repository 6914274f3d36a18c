import { isDeepStrictEqual } from 'node:util';
import type { Task } from '#shared/api';
import { problemOf, type Problem } from '#shared/errors';
import type { Recipe } from '#shared/spec';
import type { OpeningWatch } from '../data/data-set';
import { DataShelf, openBench, type Bench } from './bench';

/** Who is told what happens on the workbench. */
export interface WorkbenchWatch {
  /** The bench is empty, and a network of this recipe is being put on it. */
  preparing(recipe: Recipe, task: Task): void;
  cleared(): void;
  placed(bench: Bench): void;
  failed(recipe: Recipe, problem: Problem): void;
  say(sentence: string): void;
}

/** How a network is opened; the shelf keeps opened data. */
export type OpenBench = (shelf: DataShelf, watch: OpeningWatch) => Promise<Bench>;

interface Opening {
  readonly recipe: Recipe;
  readonly controller: AbortController;
  readonly bench: Promise<Bench | null>;
}

/** Holds one network at a time. What is asked for last wins; what it replaces is given up first. */
export class Workbench {
  readonly #watch: WorkbenchWatch;
  readonly #shelf = new DataShelf();
  #bench: Bench | null = null;
  #untrained = false;
  #opening: Opening | null = null;

  constructor(watch: WorkbenchWatch) {
    this.#watch = watch;
  }

  get bench(): Bench | null {
    return this.#bench;
  }

  /** From now on its network no longer has its first weights. */
  used(): void {
    this.#untrained = false;
  }

  /**
   * An untrained network of a recipe: the one on the bench, the one that is being prepared, or a new one.
   * @returns `null` when another was asked for meanwhile
   */
  async untrained(recipe: Recipe): Promise<Bench | null> {
    if (this.#untrained && isDeepStrictEqual(this.#bench?.recipe, recipe)) return this.#bench;
    if (this.#opening !== null && isDeepStrictEqual(this.#opening.recipe, recipe)) return this.#opening.bench;
    return this.put(recipe, (shelf, watch) =>
      openBench(recipe, shelf, watch, (sentence) => {
        this.#watch.say(sentence);
      }),
    );
  }

  /**
   * Clears the bench and puts a network on it.
   * @returns `null` when another was asked for meanwhile
   */
  put(recipe: Recipe, open: OpenBench): Promise<Bench | null> {
    const former = this.#opening;
    former?.controller.abort();
    this.clear();
    const controller = new AbortController();
    const bench = this.#open(recipe, open, controller, former);
    this.#opening = { recipe, controller, bench };
    return bench;
  }

  /** Gives up what is being put on the bench; `false` if nothing is. */
  giveUp(): boolean {
    if (this.#opening === null) return false;
    this.#opening.controller.abort();
    this.#opening = null;
    return true;
  }

  clear(): void {
    this.#bench?.step.dispose();
    this.#bench = null;
    this.#watch.cleared();
  }

  async #open(
    recipe: Recipe,
    open: OpenBench,
    controller: AbortController,
    former: Opening | null,
  ): Promise<Bench | null> {
    const { signal } = controller;
    const report = (task: Task): void => {
      if (!signal.aborted) this.#watch.preparing(recipe, task);
    };
    report({ label: 'Opening the data', fraction: null });
    // Both may draw on the same data, whose opening ends with the one that is given up.
    await former?.bench.catch(() => null);
    if (signal.aborted) return null;
    try {
      const bench = await open(this.#shelf, { report, signal });
      if (signal.aborted) {
        bench.step.dispose();
        return null;
      }
      this.#opening = null;
      this.#bench = bench;
      this.#untrained = true;
      this.#watch.placed(bench);
      return bench;
    } catch (thrown) {
      if (signal.aborted) return null;
      this.#opening = null;
      this.#watch.failed(recipe, problemOf(thrown));
      throw thrown;
    }
  }
}
