import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';

/** One who trains on request. */
export interface Contender {
  readonly name: string;
  /** Trains on so many images in batches of 64 and says how many it did a second. */
  trial(images: number): Promise<number>;
  quit(): Promise<void>;
}

/** A contender in a process of its own that reads a request a line and answers a line. It idles between. */
export class WorkerContender implements Contender {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  private constructor(name: string, child: ChildProcess, lines: Interface) {
    this.name = name;
    this.#child = child;
    this.#answers = lines[Symbol.asyncIterator]();
  }

  /** Resolves when it has trained its first batches, so that no trial pays for its start. */
  static async start(
    name: string,
    program: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<WorkerContender> {
    const env = { ...process.env, ...environment };
    const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    const contender = new WorkerContender(name, child, createInterface({ input: child.stdout }));
    const first = await contender.#next();
    if (first !== 'ready') throw new Error(`${name} said ${first} instead of ready.`);
    return contender;
  }

  trial(images: number): Promise<number> {
    return this.ask(String(images));
  }

  async ask(request: string): Promise<number> {
    this.#child.stdin?.write(`${request}\n`);
    return Number(await this.#next());
  }

  async quit(): Promise<void> {
    this.#child.stdin?.end();
    await new Promise((resolve) => this.#child.once('close', resolve));
  }

  async #next(): Promise<string> {
    const answer = await this.#answers.next();
    if (answer.done === true) throw new Error(`${this.name} ended before it answered.`);
    return answer.value;
  }
}
