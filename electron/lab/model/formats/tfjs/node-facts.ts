import type * as tf from '@tensorflow/tfjs';
import type { LayerAttribute, LayerWeight } from '#shared/models';
import { boundedAttributes, listText, singlePrecision } from '../../attribute-text';
import type { WeightReader } from '../../weight-statistics';

/** A node's attributes as JSON has them (tensorflow/core/framework/attr_value.proto). */
type WrittenAttributes = Readonly<Record<string, unknown>>;

/** What a node's attributes say, as the file calls them. Element types, tensors and functions are left out. */
export function nodeAttributes(written: WrittenAttributes): readonly LayerAttribute[] {
  const told = Object.entries(written).flatMap(([name, attribute]): readonly LayerAttribute[] => {
    const value = name.startsWith('_') ? null : valueOf(attribute);
    return value === null ? [] : [{ name, value }];
  });
  return boundedAttributes(told);
}

function valueOf(attribute: unknown): string | number | null {
  if (typeof attribute !== 'object' || attribute === null) return null;
  const { s, i, f, b, list } = attribute as Readonly<Record<string, unknown>>;
  if (s !== undefined) return textOf(s);
  if (i !== undefined) return wholeOf(i);
  if (typeof f === 'number') return singlePrecision(f);
  if (typeof b === 'boolean') return b ? 'yes' : 'no';
  return typeof list === 'object' && list !== null ? listOf(list as Readonly<Record<string, unknown>>) : null;
}

function listOf({ s, i, f }: Readonly<Record<string, unknown>>): string | null {
  const texts = entriesOf(s).map(textOf);
  const wholes = entriesOf(i).map(wholeOf);
  const numbers = entriesOf(f).map((value) => (typeof value === 'number' ? singlePrecision(value) : null));
  const values = [...texts, ...wholes, ...numbers].filter((value) => value !== null);
  return values.length === 0 ? null : listText(values, ', ');
}

function entriesOf(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? (list as readonly unknown[]) : [];
}

/** Text is written in base64, or by TensorFlow.js's older converter as a list of bytes. */
function textOf(written: unknown): string | null {
  const bytes =
    typeof written === 'string'
      ? Buffer.from(written, 'base64')
      : Buffer.from(entriesOf(written).filter((byte) => typeof byte === 'number'));
  return bytes.length === 0 ? null : bytes.toString('utf8');
}

/** 64-bit numbers are written as text. */
function wholeOf(written: unknown): number | null {
  const value = typeof written === 'string' || typeof written === 'number' ? Number(written) : NaN;
  return Number.isFinite(value) ? value : null;
}

/** The constants of 32-bit numbers that a node reads by these names. */
export function nodeWeights(
  inputs: readonly string[],
  weights: tf.GraphModel['weights'],
  reader: WeightReader,
): readonly LayerWeight[] {
  return inputs.flatMap((name): readonly LayerWeight[] => {
    const [tensor] = Object.hasOwn(weights, name) ? (weights[name] ?? []) : [];
    if (tensor?.dtype !== 'float32' || tensor.rank === 0) return [];
    const statistics = reader.statistics(tensor.shape, () => tensor.dataSync<'float32'>());
    return [{ name, shape: tensor.shape, statistics }];
  });
}
