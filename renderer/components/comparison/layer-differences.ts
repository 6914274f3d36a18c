/** In which layers models differ: field by field where they have the same kinds of layers, else as lists. */
import { layerSpec, type LayerSpec } from '#shared/layer-spec';
import { layerFields, typeOf } from '../editor/layer-kinds';
import { sidesText } from '../editor/sides-entry';
import { differencesOf, type Difference } from './differences';

/** @param models their layers; `null` for a network that was opened, whose layers its file tells */
export function layerDifferences(models: readonly (readonly LayerSpec[] | null)[]): readonly Difference[] {
  const built = models.filter((layers) => layers !== null);
  const [first] = built;
  if (first === undefined) return [];
  const comparable = built.length === models.length;
  if (comparable && built.every((layers) => sameKinds(layers, first)))
    return differencesOf(built.map((layers) => layers.flatMap(fieldsOf)));
  const before = comparable ? leading(built) : 0;
  const after = comparable ? leading(built.map((layers) => layers.slice(before).reverse())) : 0;
  const values = models.map((layers) => {
    const own = layers?.slice(before, layers.length - after) ?? [];
    return own.length === 0 ? null : own.map(layerText).join('\n');
  });
  const label = before === 0 ? 'Layers' : `Layers from the ${ordinal(before + 1)} on`;
  return values.some((value) => value !== null) ? [{ label, values }] : [];
}

function sameKinds(layers: readonly LayerSpec[], others: readonly LayerSpec[]): boolean {
  return layers.length === others.length && layers.every(({ kind }, index) => kind === others[index]?.kind);
}

/** How many layers all have in common from the first on. */
function leading(models: readonly (readonly LayerSpec[])[]): number {
  const [first = [], ...others] = models.map((layers) => layers.map((layer) => JSON.stringify(layer)));
  const different = first.findIndex((layer, index) => others.some((layers) => layers[index] !== layer));
  return different === -1 ? first.length : different;
}

function fieldsOf(layer: LayerSpec, index: number): readonly { label: string; text: string; usual: false }[] {
  const values: Readonly<Record<string, unknown>> = layer;
  return layerFields[layer.kind].map(({ key, label, control }) => {
    const text = control === 'check' ? (values[key] === true ? 'yes' : 'no') : sidesText(values[key]);
    return {
      label: `Layer ${index + 1}, ${typeOf(layer.kind)}: ${label}`,
      text: text === '' ? 'as the window' : text,
      usual: false,
    };
  });
}

/** `Conv2D, filters 32, kernel 3, activation relu`: what is not as Keras has it by default. */
function layerText(layer: LayerSpec): string {
  const values: Readonly<Record<string, unknown>> = layer;
  const words = layerFields[layer.kind]
    .filter(({ key }) => JSON.stringify(values[key]) !== JSON.stringify(defaultOf(layer.kind, key)))
    .map(({ key, label, control }) =>
      control === 'check'
        ? `${values[key] === true ? '' : 'no '}${label}`
        : `${label} ${sidesText(values[key])}`,
    );
  return [typeOf(layer.kind), ...words].join(', ');
}

function defaultOf(kind: LayerSpec['kind'], key: string): unknown {
  const option = layerSpec.options.find(({ shape }) => shape.kind.value === kind);
  const field = Object.entries(option?.shape ?? {}).find(([name]) => name === key)?.[1];
  return field?.safeParse(undefined).data;
}

const endings: Readonly<Record<string, string>> = { one: 'st', two: 'nd', few: 'rd', other: 'th' };
const ordinals = new Intl.PluralRules('en', { type: 'ordinal' });

function ordinal(place: number): string {
  return `${place}${endings[ordinals.select(place)] ?? 'th'}`;
}
