/** What is known of one layer of an opened model, in words. */
import type { ModelCard } from '#shared/models';
import { count, operations, percent } from '../numbers';
import { sizes, type Fact } from './card-facts';
import type { Network } from './graph/network';

/** Sizes that are known only after a run are left out. */
export function layerFacts(
  name: string,
  { layers, parameters, flops }: ModelCard,
  { nodes }: Network,
): readonly Fact[] {
  const layer = layers.find((one) => one.name === name) ?? null;
  const node = nodes.get(name);
  if (layer === null)
    return [fact('Type', node?.type ?? null), fact('Output', shapeText(node?.shape ?? null))].flat();
  const inputs = (layer.inputs ?? []).map((input) => shapeText(nodes.get(input)?.shape ?? null));
  return [
    fact('Type', layer.type),
    fact('Input', inputs.includes(null) || inputs.length === 0 ? null : inputs.join(', ')),
    fact('Output', shapeText(layer.outputShape)),
    fact('Parameters', part(layer.parameters, parameters, count)),
    fact('FLOPs', layer.flops === null ? null : part(layer.flops, flops, operations)),
    fact('Holds', layer.within === 0 ? null : `${count(layer.within)} layers`),
  ].flat();
}

/** None where it is not known. */
function fact(name: string, value: string | null): readonly Fact[] {
  return value === null ? [] : [{ name, value }];
}

function shapeText(shape: readonly (number | null)[] | null): string | null {
  return shape === null ? null : sizes(shape);
}

/** A number, and how much of the whole it is. */
function part(value: number, whole: number | null, written: (value: number) => string): string {
  return value === 0 || whole === null || whole === 0
    ? written(value)
    : `${written(value)}, ${percent(value / whole, 1)}`;
}
