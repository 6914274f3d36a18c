import type { LayersNetwork, OpenedModel } from '../opened-model';
import { classNamesBeside } from './class-names';
import type { ModelFiles } from './files';
import type { StatedUse } from './stated-use';
import { preprocessingBeside, preprocessingIn } from './preprocessing';

interface Origin {
  readonly format: string;
  readonly producer: string | null;
  readonly version: string | null;
  readonly network: LayersNetwork;
  readonly notes: readonly string[];
  /** What the file says of its use, which goes before all that is concluded. */
  readonly stated: StatedUse;
}

/** Completes what a reader of layers knows with what the layers themselves tell. */
export async function describeLayersModel(files: ModelFiles, origin: Origin): Promise<OpenedModel> {
  const { stated, ...about } = origin;
  const { network } = about;
  return {
    ...about,
    parameters: network.model.countParams(),
    preprocessing: stated.preprocessing ?? preprocessingIn(network) ?? (await preprocessingBeside(files)),
    classes: stated.classes ?? (await classNamesBeside(files)),
    notes: [...origin.notes, ...problemsOf(network)],
    dispose: () => {
      network.dispose();
    },
  };
}

/** One sentence for each layer that could not be rebuilt. */
function problemsOf({ layers }: LayersNetwork): readonly string[] {
  const all = layers.flatMap((layer) => (layer.inner.length > 0 ? layer.inner : [layer]));
  return all
    .filter(({ problem }) => problem !== null)
    .map(({ name, type, problem }) => `The layer ${name} (${type}) ${problem ?? ''}.`);
}
