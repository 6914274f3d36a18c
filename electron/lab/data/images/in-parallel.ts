import type { OpeningWatch } from '../data-set';

/** More than the threads that decode, so that files are read while others are decoded. */
const atOnce = 8;

/** Does asynchronous work on many things, several at once, with a bar; ends with the signal's reason when aborted. */
export async function inParallel<T>(
  things: readonly T[],
  label: string,
  watch: OpeningWatch,
  work: (thing: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  let done = 0;
  let reported = -1;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < things.length; index = next++) {
      watch.signal.throwIfAborted();
      await work(things[index] as T, index);
      const hundredths = Math.floor((100 * ++done) / things.length);
      if (hundredths === reported) continue;
      reported = hundredths;
      watch.report({ label, fraction: done / things.length });
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, things.length) }, worker));
  watch.signal.throwIfAborted();
}
