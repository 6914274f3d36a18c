import type { ExportWork } from '#shared/export';
import type { Patterns, PatternsRequest } from '#shared/insight';
import type { OpeningWatch } from '../../data/data-set';
import { drawPatterns } from '../../insight/patterns/patterns';
import { insightWatch } from './insight-watch';
import { layerNamed, layersWithKernels } from './layers';
import type { Made } from './made';
import { sheetArray } from './sheet-array';
import { testImagesIfAny, type LayersSubject } from './subject';

type PatternsWork = Extract<ExportWork, { readonly kind: 'patterns' }>;

/** What filters, or classes, look for. Test images, where there are some, tell which filters are dead. */
export async function patternsExhibit(
  opened: LayersSubject,
  work: PatternsWork,
  watch: OpeningWatch,
): Promise<Made> {
  const layers = layersOf(opened, work);
  const evidence = await testImagesIfAny(opened, watch);
  const sheets: Patterns[] = [];
  for (const [index, layer] of layers.entries()) {
    const request: PatternsRequest = { ...work.options, id: 0, layer };
    const names = layer === null ? (opened.classes ?? []) : [];
    const part = insightWatch(watch, index / layers.length, 1 / layers.length);
    sheets.push(await drawPatterns(opened.model, request, { evidence, names, watch: part }));
  }
  const of = work.of === 'classes' ? 'the classes' : 'filters';
  return {
    exhibit: {
      title: `${opened.name}: what ${of} look for`,
      sheets: sheets.map(({ sheet }) => sheet),
      arrays: sheets.map(({ layer, sheet }) => sheetArray(layer, sheet)),
      volumes: [],
      moments: [],
    },
    work: { ...work, options: optionsUsed(work, sheets) },
    imageSha256: null,
  };
}

/** What was left open, as it came to be: alike for all layers, but for what their maps allow. */
function optionsUsed({ options }: PatternsWork, drawn: readonly Patterns[]): PatternsWork['options'] {
  const [first, ...others] = drawn;
  if (first === undefined) return options;
  const { objective, cell, size, learningRate, jitter, penalties } = first.used;
  const used = { ...options, size, learningRate, jitter, penalties };
  return others.length === 0 ? { ...used, objective, cell } : used;
}

function layersOf({ model }: LayersSubject, { of }: PatternsWork): readonly (string | null)[] {
  if (of === 'classes') return [null];
  if (of === 'layers') return layersWithKernels(model).map(({ name }) => name);
  return [layerNamed(model, of.layer).name];
}
