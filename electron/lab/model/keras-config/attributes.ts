import type { LayerAttribute } from '#shared/models';
import { boundedAttributes, listText, singlePrecision } from '../attribute-text';
import type { KerasLayer } from './keras-model';

/** Fields that say how a layer began, where it stands or how it is stored, and nothing of what it computes. */
const passedOver: ReadonlySet<string> = new Set([
  ...['name', 'dtype', 'seed', 'sparse', 'ragged', 'optional', 'registered_name', 'build_config', 'autocast'],
  ...['batch_input_shape', 'batch_size', 'input_shape', 'input_dim', 'input_dtype', 'input_length'],
  ...['fused', 'synchronized', 'quantization_config'],
  // Of Python code.
  ...['function', 'function_type', 'module', 'output_shape', 'output_shape_type', 'output_shape_module'],
]);

function saysNothing(field: string): boolean {
  return passedOver.has(field) || /^_|^renorm|(^|_)(initializer|constraint)$/.test(field);
}

/** Values that every layer has unless something else is said. */
const usual: Readonly<Record<string, readonly unknown[]>> = {
  activation: ['linear'],
  center: [true],
  data_format: ['channels_last'],
  groups: [1],
  invert: [false],
  keepdims: [false],
  rms_scaling: [false],
  scale: [true],
  trainable: [true],
  use_bias: [true],
};

/** Fields whose numbers are sizes. */
const sizes: ReadonlySet<string> = new Set([
  'dilation_rate',
  'kernel_size',
  'output_padding',
  'output_size',
  'pool_size',
  'size',
  'strides',
  'target_shape',
]);

/** What is set of a layer, in the field's words: `kernel size` for Keras's `kernel_size`. */
export function kerasAttributes({ config, nested, said }: KerasLayer): readonly LayerAttribute[] {
  if (said !== undefined) return said;
  if (nested !== null) return [];
  const told = Object.entries(config).flatMap(([field, value]): readonly LayerAttribute[] => {
    if (saysNothing(field) || isUsual(field, value)) return [];
    const text = textOf(value, sizes.has(field) ? ' × ' : ', ', 0);
    return text === null ? [] : [{ name: field.replaceAll('_', ' '), value: text }];
  });
  return boundedAttributes(told);
}

function isUsual(field: string, value: unknown): boolean {
  if (field === 'dilation_rate') return [value].flat().every((rate) => rate === 1);
  return usual[field]?.includes(value) ?? false;
}

const deepest = 4;

/** `null` for what says nothing: what is not set, and code. */
function textOf(value: unknown, between: string, depth: number): string | number | null {
  if (typeof value === 'number') return singlePrecision(value);
  if (typeof value === 'string') return value === '' ? null : value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'object' || value === null || depth > deepest) return null;
  if (Array.isArray(value)) return listOf(value, between, depth);
  return objectText(value, depth);
}

function listOf(values: readonly unknown[], between: string, depth: number): string | number | null {
  const texts = values.map((value) => {
    const text = textOf(value, ', ', depth + 1);
    return Array.isArray(value) ? `(${text ?? ''})` : (text ?? 'any');
  });
  const [only] = texts;
  if (only === undefined) return null;
  return texts.length === 1 ? only : listText(texts, between);
}

/** An object of Keras's, such as a regularizer: its class and what is set of it. */
function objectText(value: object, depth: number): string | null {
  const { class_name: className, config } = value as { class_name?: unknown; config?: unknown };
  if (typeof className !== 'string') return null;
  // Keras 3 wraps functions: `{ class_name: 'function', config: 'gelu' }`.
  if (className === 'function') return typeof config === 'string' ? config : className;
  const fields = typeof config === 'object' && config !== null ? Object.entries(config) : [];
  const told = fields.flatMap(([field, of]) => {
    const text = textOf(of, ', ', depth + 1);
    return text === null || saysNothing(field) ? [] : [`${field.replaceAll('_', ' ')} ${text}`];
  });
  return told.length === 0 ? className : `${className} (${told.join(', ')})`;
}
