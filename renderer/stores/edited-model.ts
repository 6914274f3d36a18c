/** A model while it is edited: a list of layers whose fields may be empty or hold what they cannot mean yet. */
import { layerSpec, modelSpec, type LayerSpec, type ModelSpec } from '#shared/spec';
import type { LayerKind } from '#shared/layer-spec';
import { sentenceOf } from './recipe-fields';

export type LayerEntries = Readonly<Record<string, unknown>>;

export interface EditedLayer {
  /** Stays with the layer wherever it is moved. */
  readonly id: number;
  readonly kind: LayerKind;
  /** The fields of the layer's spec, as they are typed. */
  readonly entries: LayerEntries;
}

export interface EditedModel {
  readonly name: string;
  readonly layers: readonly EditedLayer[];
}

/** What is wrong with an entry. */
export interface EntryMistake {
  /** `null` where the model's name, or its having no layers, is wrong. */
  readonly layer: number | null;
  readonly field: string;
  readonly message: string;
}

let lastId = 0;

export function editedLayer({ kind, ...entries }: LayerSpec): EditedLayer {
  return { id: ++lastId, kind, entries };
}

/** Layers that are alike keep their ids, so that what is on the screen stays where it is. */
export function editedModel({ name, layers }: ModelSpec, former: EditedModel | null): EditedModel {
  return {
    name,
    layers: layers.map((spec, index) => {
      const same = former?.layers[index];
      const made = editedLayer(spec);
      return same?.kind === spec.kind ? { ...made, id: same.id } : made;
    }),
  };
}

/** A layer of a kind with Keras's defaults, and usual values where Keras has none. */
export function newLayer(kind: LayerKind): EditedLayer {
  return editedLayer(layerSpec.parse({ ...usual[kind], kind }));
}

const usual: Partial<Record<LayerKind, object>> = {
  conv2d: { filters: 32, kernelSize: 3, activation: 'relu' },
  depthwiseConv2d: { kernelSize: 3 },
  separableConv2d: { filters: 32, kernelSize: 3, activation: 'relu' },
  conv2dTranspose: { filters: 32, kernelSize: 3, strides: 2, padding: 'same' },
  cropping2d: { cropping: 1 },
  activation: { activation: 'relu' },
  dropout: { rate: 0.5 },
  gaussianNoise: { stddev: 0.1 },
  dense: { units: 64, activation: 'relu' },
};

/** What the schema is asked to check. */
export function specOf({ name, layers }: EditedModel): unknown {
  return { name, layers: layers.map(specOfLayer) };
}

function specOfLayer({ kind, entries }: EditedLayer): unknown {
  return { kind, ...entries };
}

/** The model if every entry is right. */
export function finishedModel(model: EditedModel): ModelSpec | null {
  return modelSpec.safeParse(specOf(model)).data ?? null;
}

/** The layers before the first that has a wrong entry, as a model; `null` where there are none. */
export function soundBeginning(model: EditedModel): ModelSpec | null {
  const wrong = model.layers.findIndex((layer) => !layerSpec.safeParse(specOfLayer(layer)).success);
  const layers = wrong === -1 ? model.layers : model.layers.slice(0, wrong);
  // A name that is still being typed changes nothing of the layers.
  return finishedModel({ ...model, layers }) ?? finishedModel({ name: 'model', layers });
}

export function entryMistakes(model: EditedModel): readonly EntryMistake[] {
  const issues = modelSpec.safeParse(specOf(model)).error?.issues ?? [];
  return issues.map((issue) => {
    const [first, index, field] = issue.path;
    if (first === 'layers' && typeof index === 'number') {
      return { layer: index, field: String(field ?? ''), message: sentenceOf(issue, 'recipe') };
    }
    if (first === 'layers') {
      return { layer: null, field: 'layers', message: 'A model has 1 to 200 layers.' };
    }
    return { layer: null, field: String(first), message: nameMessage(model.name) };
  });
}

function nameMessage(name: string): string {
  return name === '' ? 'Give the model a name.' : 'Use lower-case letters, digits, - and _, at most 64.';
}
