import path from 'node:path';
import type { LabApi, Session } from '#shared/api';
import { packed } from '#shared/packing';
import { connectLab } from '#shared/rpc';
import { recipe } from '#shared/spec';
import { startLabProcess, type ForkedLabProcess } from '../../../electron/lab-process/fork';
import type { BenchImages } from './images';
import type { BenchNet } from './nets';
import type { Contender } from './worker';

/** Convscope as a person runs it: the lab's process, the whole loop, the run's folder, a window that watches. */
export class ConvscopeContender implements Contender {
  readonly name = 'Convscope';
  readonly #owner: ForkedLabProcess;
  readonly #lab: LabApi;
  readonly #net: BenchNet;
  readonly #images: BenchImages;
  #session: Session = { phase: 'empty' };

  private constructor(owner: ForkedLabProcess, net: BenchNet, images: BenchImages) {
    this.#owner = owner;
    this.#net = net;
    this.#images = images;
    const report = ({ message }: { readonly message: string }): void => {
      process.stderr.write(`${message}\n`);
    };
    this.#lab = connectLab(
      packed(owner.connect()),
      {
        sessionChanged: (session) => (this.#session = session),
        metricsArrived: () => undefined,
        frameArrived: () => undefined,
        insightProgressed: () => undefined,
      },
      report,
    );
  }

  static async start(net: BenchNet, images: BenchImages, runsFolder: string): Promise<ConvscopeContender> {
    const lab = startLabProcess({
      entry: path.resolve('out/main/lab-process.js'),
      engine: 'auto',
      runsFolder,
      log: ({ message }) => {
        process.stderr.write(`${message}\n`);
      },
    });
    while (lab.state.kind === 'starting') await pause();
    const contender = new ConvscopeContender(lab, net, images);
    await contender.#lab.join();
    await contender.trial(640);
    return contender;
  }

  async trial(images: number): Promise<number> {
    await this.#lab.train(
      recipe.parse({
        model: this.#net.spec,
        data: { source: 'idx', folder: this.#images.idxFolder, limit: images },
        training: { epochs: 1 },
      }),
    );
    for (;;) {
      if (this.#session.phase === 'finished') return this.#session.result?.imagesPerSecond ?? NaN;
      if (this.#session.phase === 'failed') throw new Error(this.#session.problem.message);
      await pause();
    }
  }

  async quit(): Promise<void> {
    await this.#owner.quit();
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}
