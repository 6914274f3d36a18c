import type { ExportWork } from '#shared/export';
import { Refusal } from '#shared/errors';
import type { PictureSheet } from '#shared/pictures';
import type { OpeningWatch } from '../../data/data-set';
import { fitting } from '../../engine/named-tensors';
import { drawEvolution, type EvolutionStage } from '../../insight/evolution';
import { listCheckpoints, readCheckpoint } from '../../runs/checkpoint';
import { shownImage } from './image';
import { insightWatch } from './insight-watch';
import { layerNamed } from './layers';
import type { Made } from './made';
import { sheetArray } from './sheet-array';
import type { OpenedSubject } from './subject';

type EvolutionWork = Extract<ExportWork, { readonly kind: 'evolution' }>;

/** How a filter came to be: a picture a checkpoint. */
export async function evolutionExhibit(
  opened: OpenedSubject,
  work: EvolutionWork,
  watch: OpeningWatch,
): Promise<Made> {
  const { options } = work;
  if (opened.run === null) {
    throw new Refusal(
      `${opened.subject.path} is a model: only a run has checkpoints to see a filter come to be.`,
    );
  }
  layerNamed(opened.model, options.layer);
  const checkpoints = spread(await listCheckpoints(opened.run.folder), options.most);
  const shown =
    options.of === 'response'
      ? await shownImage({ kind: 'test', index: options.image ?? 0 }, opened, watch)
      : null;
  const { sheet } = await drawEvolution(
    opened.model,
    { ...options, id: 0, run: opened.run.folder },
    {
      count: checkpoints.length,
      stages: stagesOf(opened, checkpoints),
      image: shown,
      watch: insightWatch(watch),
    },
  );
  const title = `${opened.name}: ${options.of} of ${options.layer} [${options.channel}] as it came to be`;
  const named = { ...sheet, title };
  return {
    exhibit: {
      title,
      sheets: [named],
      arrays: [sheetArray(`${options.layer}_${options.channel}_${options.of}`, sheet)],
      volumes: [],
      moments: momentsOf(named),
    },
    work: {
      ...work,
      options: { ...options, image: options.of === 'response' ? (options.image ?? 0) : null },
    },
    imageSha256: shown?.sha256 ?? null,
  };
}

async function* stagesOf(
  { model }: OpenedSubject,
  checkpoints: readonly string[],
): AsyncGenerator<EvolutionStage> {
  const expected = model.weights.map(({ name, shape }) => ({ name, shape: shape.map((size) => size ?? 0) }));
  for (const folder of checkpoints) {
    const { weights, position } = await readCheckpoint(folder);
    yield { step: position.step, epoch: position.epochs, weights: fitting(expected, weights) };
  }
}

/** At most so many, evenly spread, the first and the last among them. */
function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  if (most === 1) return all.slice(-1);
  return Array.from(
    { length: most },
    (_, index) => all[Math.round((index * (all.length - 1)) / (most - 1))] as T,
  );
}

/** A sheet a moment, all in the colours of the whole strip. */
function momentsOf(strip: PictureSheet): readonly PictureSheet[] {
  return strip.pictures.map((picture) => ({ ...strip, pictures: [picture] }));
}
