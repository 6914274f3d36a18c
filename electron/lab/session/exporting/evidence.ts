import type { EvidenceMaps } from '#shared/evidence';
import type { ExportWork } from '#shared/export';
import type { Picture } from '#shared/pictures';
import type { OpeningWatch } from '../../data/data-set';
import { explain } from '../../insight/evidence/explain';
import { shownImage } from './image';
import { layerNamed } from './layers';
import type { Made } from './made';
import type { LayersSubject } from './subject';

type EvidenceWork = Extract<ExportWork, { readonly kind: 'evidence' }>;

/** What in an image speaks for a class, by one method or several. */
export async function evidenceExhibit(
  opened: LayersSubject,
  work: EvidenceWork,
  watch: OpeningWatch,
): Promise<Made> {
  for (const method of work.methods) {
    if ('layer' in method && method.layer !== null) layerNamed(opened.model, method.layer);
  }
  const image = await shownImage(work.image, opened, watch);
  const found: EvidenceMaps[] = [];
  for (const method of work.methods) {
    watch.signal.throwIfAborted();
    watch.report({ label: `Seeking evidence: ${method.kind}`, fraction: found.length / work.methods.length });
    found.push(await explain(opened.model, image, { method, class: work.class }));
  }
  const [first] = found as [EvidenceMaps, ...EvidenceMaps[]];
  const nameOf = (index: number) => opened.classes?.[index] ?? `class ${index}`;
  const title = `${opened.name}: evidence for ${nameOf(first.classIndex)} in ${image.title}`;
  const shown: Picture = {
    ...first.image,
    name: `read as ${nameOf(first.predicted)}`,
    numbers: scoresOf(first),
  };
  return {
    exhibit: {
      title,
      sheets: [{ title, pictures: [shown, ...found.map(({ map }) => map)], sharedRange: null }],
      arrays: found.map(({ raw }) => ({ name: raw.name, shape: raw.shape, values: raw.values })),
      volumes: [],
      moments: [],
    },
    work: { ...work, methods: found.map(({ method }) => method), class: first.classIndex },
    imageSha256: image.sha256,
  };
}

function scoresOf({ logit, probability }: EvidenceMaps): Picture['numbers'] {
  return [
    { name: 'logit', value: logit },
    ...(probability === null ? [] : [{ name: 'probability', value: probability }]),
  ];
}
