import { z } from 'zod';
import type { KerasLayer } from './keras-model';
import { MalformedLayer } from './layer-faults';

/** Larger sizes are mistakes or malice: nothing that a person looks at has them. */
const largestSize = 1_000_000;

export const count = z.number().int().min(1).max(largestSize);
const offset = z.number().int().min(0).max(largestSize);

/** One number for every direction, or one for each. Made of both, a list of exactly `directions` sizes. */
export function sizes(directions: number, one: z.ZodType<number> = count) {
  return z
    .union([one, z.array(one).min(1).max(3)])
    .transform((value) =>
      typeof value === 'number' || value.length === 1 ? repeated(value, directions) : value,
    )
    .refine((value) => value.length === directions, `must hold ${directions} sizes`);
}

function repeated(value: number | readonly number[], directions: number): number[] {
  return Array.from({ length: directions }, () => (typeof value === 'number' ? value : (value[0] as number)));
}

export const padding = z.enum(['valid', 'same', 'causal']);
export const dataFormat = z
  .enum(['channels_first', 'channels_last'])
  .nullish()
  .transform((format) => format ?? 'channels_last');

/** What is cut or added at the two ends of each direction, in any of Keras's three writings. */
export const margins = z
  .union([
    offset,
    z.tuple([offset, offset]),
    z.array(z.tuple([offset, offset])).length(2),
    z.array(offset).length(4),
  ])
  .transform((value): [[number, number], [number, number]] => {
    if (typeof value === 'number')
      return [
        [value, value],
        [value, value],
      ];
    const [first, second, third, fourth] = value as readonly (number | readonly [number, number])[];
    if (typeof first === 'object' && typeof second === 'object') return [[...first], [...second]];
    const [top, bottom, left, right] = [first, second, third, fourth] as readonly number[];
    return left === undefined || right === undefined
      ? [
          [top as number, top as number],
          [bottom as number, bottom as number],
        ]
      : [
          [top as number, bottom as number],
          [left, right],
        ];
  });

/** A position among dimensions, or a list with one: Keras 2.4 wrote `[3]`. */
export const axis = z
  .union([z.number().int(), z.array(z.number().int()).length(1)])
  .transform((value) => (typeof value === 'number' ? value : (value[0] as number)));

/** Reads the fields of a layer. Throws a `MalformedLayer` that names the field. */
export function fieldsOf<T extends z.ZodRawShape>(layer: KerasLayer, shape: T): z.infer<z.ZodObject<T>> {
  const parsed = z.object(shape).safeParse(layer.config);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue === undefined ? '' : issue.path.join('.');
  throw new MalformedLayer(`its field ${place} is wrong: ${issue?.message ?? 'unreadable'}`);
}
