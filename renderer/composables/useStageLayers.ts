import { computed, type ComputedRef } from 'vue';
import type { LayerWindow } from '#shared/summary';
import type { ImageShape } from '#shared/images';
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
        shape: volumeShape(layer.outputShape),
        parameters: layer.parameters,
        note: layer.activation === 'linear' ? null : layer.activation,
        inputs: layer.inputs,
        window: layer.window,
      })),
    ];
  });
}

/** Dense layers are 1 x 1 x units. */
function volumeShape(shape: readonly number[]): ImageShape {
  const [height = 1, width = 1, channels = 1] = shape.length === 3 ? shape : [1, 1, ...shape.slice(-1)];
  return [height, width, channels];
}
