import { Refusal } from '#shared/errors';

/** `test:12` is a test image, anything else a file; without one the first test image. */
export function imageOf(image = 'test:0'): unknown {
  const index = /^test:(.*)$/.exec(image)?.[1];
  if (index === undefined) return { kind: 'file', path: image };
  if (!/^\d+$/.test(index)) throw new Refusal(`${image} names no test image; count from 0: test:0.`);
  return { kind: 'test', index: Number(index) };
}
