import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { ModelAnswers, ModelCard, RecentModel } from '#shared/models';
import { classNames } from '#shared/models';
import { preprocessing } from '#shared/spec';
import { openModel } from '../../model/open';
import { writeWhole } from '../../runs/atomic';
import { readJsonFile } from '../../runs/json-file';
import { cardOf, type KnownOfModel } from './card';
import { contentHash } from './content-hash';

const mostRecent = 20;
/** What was said of so many models is kept; of others the oldest is forgotten. */
const mostAnswers = 500;

const memoryFile = z.object({
  recent: z.array(
    z.object({
      file: z.string(),
      name: z.string(),
      format: z.string(),
      parameters: z.number(),
      openedAt: z.iso.datetime(),
    }),
  ),
  /** By the model's content. */
  answers: z.array(
    z.object({
      hash: z.string(),
      preprocessing: preprocessing.nullable(),
      classes: classNames.nullable(),
    }),
  ),
});
type Memory = Readonly<z.infer<typeof memoryFile>>;

const nothing: KnownOfModel = { preprocessing: null, classes: null };

/** The models that were opened here, and what was said of them. Kept in one file. */
export class ModelLibrary {
  readonly #file: string;
  /** One change of the file after the other. */
  #writing: Promise<unknown> = Promise.resolve();

  /** @param folder made when something is to be kept */
  constructor(folder: string) {
    this.#file = path.join(folder, 'models.json');
  }

  /** Throws a `Refusal` where it is no model that can be read. */
  async open(named: string): Promise<ModelCard> {
    const file = path.resolve(named);
    const card = await this.#describe(file, await this.known(file));
    const { name, format, parameters } = card;
    const opened: RecentModel = { file, name, format, parameters, openedAt: new Date().toISOString() };
    await this.#change(({ recent, answers }) => ({
      recent: [opened, ...recent.filter((one) => one.file !== file)].slice(0, mostRecent),
      answers,
    }));
    return card;
  }

  /** Keeps what a person says of a model and describes it anew. */
  async answer({ file, ...said }: ModelAnswers): Promise<ModelCard> {
    const hash = await contentHash(file);
    await this.#change(({ recent, answers }) => {
      const others = answers.filter((one) => one.hash !== hash);
      const empty = said.preprocessing === null && said.classes === null;
      return { recent, answers: empty ? others : [{ hash, ...said }, ...others].slice(0, mostAnswers) };
    });
    return this.#describe(file, said);
  }

  /** What was said of a model's content. */
  async known(file: string): Promise<KnownOfModel> {
    const { answers } = await this.#read();
    // Reading a large model twice is not worth it where there is nothing to find.
    if (answers.length === 0) return nothing;
    const hash = await contentHash(file);
    return answers.find((one) => one.hash === hash) ?? nothing;
  }

  async recent(): Promise<readonly RecentModel[]> {
    return (await this.#read()).recent;
  }

  async forget(file: string): Promise<void> {
    await this.#change(({ recent, answers }) => ({
      recent: recent.filter((one) => one.file !== file),
      answers,
    }));
  }

  async #describe(file: string, known: KnownOfModel): Promise<ModelCard> {
    const model = await openModel(file);
    try {
      return cardOf(file, model, known);
    } finally {
      model.dispose();
    }
  }

  async #change(change: (memory: Memory) => Memory): Promise<void> {
    const changed = this.#writing.then(async () => {
      const memory = change(await this.#read());
      await mkdir(path.dirname(this.#file), { recursive: true });
      await writeWhole(this.#file, `${JSON.stringify(memory, null, 2)}\n`);
    });
    this.#writing = changed.catch(() => undefined);
    await changed;
  }

  /** A file that is missing or damaged remembers nothing: it is a convenience, and no reason to refuse a model. */
  async #read(): Promise<Memory> {
    return readJsonFile(this.#file, memoryFile).catch(() => ({ recent: [], answers: [] }));
  }
}
