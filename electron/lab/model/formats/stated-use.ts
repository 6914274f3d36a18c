import { preprocessing, type Preprocessing } from '#shared/spec';
import { z } from 'zod';

/** How a model is used, as models that are saved here say it of themselves. */
export interface StatedUse {
  readonly classes: readonly string[] | null;
  readonly preprocessing: Preprocessing | null;
}

/** Where a format has room for words of its writer's own, it is under this name. */
export const statedUseKey = 'convscope';

const written = z.looseObject({
  classes: z.array(z.string().min(1).max(200)).min(1).max(10_000).nullable().catch(null),
  preprocessing: preprocessing.nullable().catch(null),
});

const nothing: StatedUse = { classes: null, preprocessing: null };

/** What is stated, in an object or in JSON; what cannot be read states nothing. */
export function statedUse(value: unknown): StatedUse {
  return written.safeParse(typeof value === 'string' ? parsed(value) : value).data ?? nothing;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
}
