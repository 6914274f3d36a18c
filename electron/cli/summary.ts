import type { DataSpec } from '#shared/spec';
import { startEngine } from '../lab/engine/backend';
import { isModel, openModel } from '../lab/model/open';
import { summarizeOpened } from '../lab/model/opened-summary';
import { isPreset, modelOf } from './arguments';
import { summarizeSpec } from '../lab/session/summarize';
import { print } from './terminal';

/**
 * Prints the layers of a network as Keras does.
 * @param name a preset, a model spec, or a model that others may have trained
 */
export async function summary(name: string, data: DataSpec, json: boolean): Promise<void> {
  const { text, ...facts } =
    !isPreset(name) && (await isModel(name)) ? await ofFile(name) : await ofSpec(name, data);
  if (json) return print(JSON.stringify({ type: 'summary', ...facts }));
  print(text);
  if (facts.flops !== null) print(` FLOPs for one image: ${facts.flops.toLocaleString('en-US')}`);
}

async function ofSpec(name: string, data: DataSpec) {
  return summarizeSpec(await modelOf(name), data);
}

async function ofFile(path: string) {
  // Some graphs are read by TensorFlow alone.
  await startEngine('auto');
  const model = await openModel(path);
  try {
    return summarizeOpened(model);
  } finally {
    model.dispose();
  }
}
