/** What the simulated lab says of a network: all of it true. */
import type { ModelDraft, ModelSummary } from '#shared/summary';
import { describeDraft } from '#shared/draft';
import { Refusal } from '#shared/errors';
import { isOpened, type ModelSpec, type RecipeModel } from '#shared/spec';
import { fakeOpenedSpec } from './fake-models';
import { windowOfFake } from './fake-windows';

export function draftOfFake(model: ModelSpec): ModelDraft {
  return describeDraft(model, { inputShape: [28, 28, 1], classes: 10 });
}

export function summarizeFake(described: RecipeModel): ModelSummary {
  const model = isOpened(described) ? fakeOpenedSpec(described) : described;
  const { mistakes, layers, ...whole } = draftOfFake(model);
  const [mistake] = mistakes;
  if (mistake !== undefined) {
    const name = layers[mistake.layer]?.name ?? model.name;
    throw new Refusal(`Layer ${mistake.layer + 1} (${name}): ${mistake.message}.`);
  }
  return {
    ...whole,
    layers: layers.map(({ outputShape, parameters, ...layer }, index) => {
      const spec = model.layers[index];
      return {
        ...layer,
        outputShape: outputShape ?? [],
        parameters: parameters ?? 0,
        activation: spec !== undefined && 'activation' in spec ? spec.activation : null,
        inputs: null,
        window: windowOfFake(spec),
      };
    }),
    text: layers.map((layer) => `${layer.name}  ${layer.outputShape?.join(', ') ?? ''}`).join('\n'),
  };
}
