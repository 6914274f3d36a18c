import type { LayerAttribute } from '#shared/models';
import { boundedAttributes, listText, singlePrecision } from '../../attribute-text';
import { integer } from '../protobuf';
import type { OnnxNode } from './graph';
import type { AttributeMessage } from './messages';
import type { Constant } from './tensors';

/**
 * What a node's attributes say, as the file calls them, tensors and graphs left out; then the few numbers that newer
 * operations are given in their place: limits, axes, margins, a shape.
 */
export function nodeAttributes(
  { attributes, inputs }: OnnxNode,
  constantOf: (value: string) => Constant | undefined,
): readonly LayerAttribute[] {
  const told = [...attributes].flatMap(([name, attribute]): readonly LayerAttribute[] => {
    const value = valueOf(attribute);
    return value === null ? [] : [{ name, value }];
  });
  const given = inputs.flatMap((name): readonly LayerAttribute[] => {
    const constant = constantOf(name);
    if (constant === undefined || isWeight(constant) || constant.values.length === 0) return [];
    const numbers = [...constant.values.subarray(0, mostNumbers + 1)].map(singlePrecision);
    return numbers.length > mostNumbers
      ? []
      : [{ name, value: numbers.length === 1 ? (numbers[0] ?? 0) : listText(numbers, ', ') }];
  });
  return boundedAttributes([...told, ...given]);
}

const mostNumbers = 16;

/** Whole numbers are shapes, axes and the like; single ones are limits and factors. */
export function isWeight({ whole, shape }: Constant): boolean {
  return !whole && shape.length > 0;
}

/** Lists of these numbers are sizes. */
const sizes: ReadonlySet<string> = new Set([
  'dilations',
  'kernel_shape',
  'output_padding',
  'output_shape',
  'strides',
]);

/** AttributeProto.AttributeType. */
const types = { float: 1, integer: 2, text: 3, floats: 6, integers: 7, texts: 8 } as const;

function valueOf(attribute: AttributeMessage): string | number | null {
  const { name, f, i, s, floats, ints, strings } = attribute;
  const between = sizes.has(name) ? ' × ' : ', ';
  switch (attribute.type) {
    case types.float:
      return singlePrecision(f);
    case types.integer:
      return integer(i);
    case types.text:
      return textOf(s);
    case types.floats:
      return listText(floats.map(singlePrecision), between);
    case types.integers:
      return listText(ints.map(integer), between);
    case types.texts:
      return listText(strings.map(textOf), between);
    default:
      return null;
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
