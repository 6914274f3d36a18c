import { computed, type ComputedRef } from 'vue';
import type { LayerWindow } from '#shared/summary';
import { volumeOf, type ImageShape } from '#shared/images';
import { useFramesStore } from '../stores/frames';
import { useSessionStore } from '../stores/session';

/** A layer of the network on the bench as the stage and the layer panel show it. The input image is the first. */
export interface ShownLayer {
  readonly name: string;
  readonly title: string;
  readonly shape: ImageShape;
  readonly parameters: number;
  readonly note: string | null;
  readonly inputs: readonly string[] | null;
  readonly window: LayerWindow | null;
}

export function useStageLayers(): ComputedRef<readonly ShownLayer[]> {
  const session = useSessionStore();
  const frames = useFramesStore();
  /** The frames say what the input is called; a name is all they are asked for, so that a frame rebuilds nothing. */
  const inputName = computed(() => frames.latest?.layers[0]?.name ?? 'input');

  return computed(() => {
    const { network } = session;
    if (network === null) return [];
    const { inputShape, layers } = network.summary;
    return [
      {
        name: inputName.value,
        title: 'Input',
        shape: inputShape,
        parameters: 0,
        note: null,
        inputs: [],
        window: null,
      },
      ...layers.map((layer) => ({
        name: layer.name,
        title: layer.type,
        shape: volumeOf(layer.outputShape),
        parameters: layer.parameters,
        note: layer.activation === 'linear' ? null : layer.activation,
        inputs: layer.inputs,
        window: layer.window,
      })),
    ];
  });
}
