import { Refusal } from '#shared/errors';

const deepest = 200;
/** Lists of a kind that JSON has no word for (keras/src/legacy/saving/json_utils.py). */
const wrapped: readonly unknown[] = ['__tuple__', 'TensorShape'];

/**
 * What Keras noted, with its wrapped lists unwrapped: `{"class_name": "__tuple__", "items": [3, 3]}` is `[3, 3]`.
 * @param place names the text in the sentence of a `Refusal`
 */
export function unwrapLists(value: unknown, place: string, depth = 0): unknown {
  if (depth > deepest) throw new Refusal(`${place} is nested more than ${deepest} deep.`);
  if (Array.isArray(value)) return value.map((item) => unwrapLists(item, place, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  const { class_name: kind, items } = value as { readonly class_name?: unknown; readonly items?: unknown };
  if (wrapped.includes(kind) && Array.isArray(items)) return unwrapLists(items, place, depth + 1);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, unwrapLists(inner, place, depth + 1)]),
  );
}
