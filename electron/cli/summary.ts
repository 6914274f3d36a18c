import type { DataSpec, ModelSpec } from '#shared/spec';
import { summarizeSpec } from '../lab/session/summarize';
import { print } from './terminal';

/** Prints the layers of a network as Keras does. */
export async function summary(model: ModelSpec, data: DataSpec, json: boolean): Promise<void> {
  const { text, ...facts } = await summarizeSpec(model, data);
  print(json ? JSON.stringify({ type: 'summary', ...facts }) : text);
}
