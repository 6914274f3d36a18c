import type { ExportWork } from '#shared/export';
import { Refusal } from '#shared/errors';
import type { PictureSheet } from '#shared/pictures';
import type { OpeningWatch } from '../../data/data-set';
import { drawEvolution } from '../../insight/evolution';
import { listCheckpoints } from '../../runs/checkpoint';
import { spread, stagesOf } from '../run-evolution';
import { shownImage } from './image';
import { insightWatch } from './insight-watch';
import { layerNamed } from './layers';
import type { Made } from './made';
import { sheetArray } from './sheet-array';
import type { LayersSubject } from './subject';

type EvolutionWork = Extract<ExportWork, { readonly kind: 'evolution' }>;

/** How a filter came to be: a picture a checkpoint. */
export async function evolutionExhibit(
  opened: LayersSubject,
  work: EvolutionWork,
  watch: OpeningWatch,
): Promise<Made> {
  const { options } = work;
  if (opened.run === null) {
    throw new Refusal(
      `${opened.name} is no run: only a run has checkpoints at which a filter can be seen to come to be.`,
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
      stages: stagesOf(checkpoints),
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

/** A sheet a moment, all in the colours of the whole strip. */
function momentsOf(strip: PictureSheet): readonly PictureSheet[] {
  return strip.pictures.map((picture) => ({ ...strip, pictures: [picture] }));
}
