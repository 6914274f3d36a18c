import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';

const strength = z.number().min(0).nullish();
const written = z.looseObject({
  config: z.looseObject({ l1: strength, l2: strength }).optional(),
  l1: strength,
  l2: strength,
});

/** An L1 or L2 penalty in the writings of Keras 1 to 3, so that training goes on with it; others are left out. */
export function regularizerOf(value: unknown): ReturnType<typeof tf.regularizers.l1l2> | undefined {
  const { data } = written.safeParse(value);
  const { l1, l2 } = data?.config ?? data ?? {};
  return l1 || l2 ? tf.regularizers.l1l2({ l1: l1 ?? 0, l2: l2 ?? 0 }) : undefined;
}
