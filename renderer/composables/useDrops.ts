import { useEventListener } from '@vueuse/core';
import { shallowRef, type ShallowRef } from 'vue';
import { maxPictureBytes } from '#shared/probe';
import { Refusal } from '#shared/errors';
import { droppedFiles } from '../stores/send-files';
import { useLabStore } from '../stores/lab';
import { useModelsStore } from '../stores/models';
import { useProbeStore } from '../stores/probe';
import { useProblemStore } from '../stores/problem';

const pictures = /\.(png|jpe?g|webp|bmp)$/i;

/**
 * What is dropped on the window: a picture is shown to the network, anything else is opened as a model. Pictures can
 * be pasted too. Tells whether something is held over the window.
 */
export function useDrops(): { readonly over: ShallowRef<boolean> } {
  const lab = useLabStore();
  const models = useModelsStore();
  const probe = useProbeStore();
  const problems = useProblemStore();
  const over = shallowRef(false);
  /** Entering a part of the window is told before leaving the other. */
  let depth = 0;

  useEventListener(document, 'dragenter', (event: DragEvent) => {
    if (!carriesFiles(event.dataTransfer)) return;
    depth++;
    over.value = true;
  });
  useEventListener(document, 'dragleave', (event: DragEvent) => {
    if (!carriesFiles(event.dataTransfer)) return;
    depth--;
    over.value = depth > 0;
  });
  useEventListener(document, 'dragover', (event: DragEvent) => {
    // Without this the browser would leave the page for the file.
    if (carriesFiles(event.dataTransfer)) event.preventDefault();
  });
  useEventListener(document, 'drop', (event: DragEvent) => {
    const { dataTransfer } = event;
    if (!carriesFiles(dataTransfer)) return;
    event.preventDefault();
    depth = 0;
    over.value = false;
    const [first, ...others] = dataTransfer.files;
    if (first !== undefined && others.length === 0 && isPicture(first)) {
      void problems.reporting('Showing the picture', () => show(first));
      return;
    }
    const path = first === undefined ? '' : (lab.capabilities?.pathOf?.(first) ?? '');
    if (path !== '' && others.length === 0) void models.open(path);
    else {
      const files = droppedFiles(dataTransfer);
      void problems.reporting('Reading what was dropped', async () => models.openFiles(await files));
    }
  });
  useEventListener(document, 'paste', (event: ClipboardEvent) => {
    const picture = [...(event.clipboardData?.files ?? [])].find(isPicture);
    if (picture === undefined) return;
    event.preventDefault();
    void problems.reporting('Showing the picture', () => show(picture));
  });

  async function show(picture: File): Promise<void> {
    if (picture.size > maxPictureBytes) {
      throw new Refusal(`${picture.name} is larger than the 16 MB that are taken of a picture.`);
    }
    await probe.choose({ kind: 'image', bytes: new Uint8Array(await picture.arrayBuffer()) });
  }

  return { over };
}

function carriesFiles(transfer: DataTransfer | null): transfer is DataTransfer {
  return transfer?.types.includes('Files') === true;
}

function isPicture({ type, name }: File): boolean {
  return type.startsWith('image/') || pictures.test(name);
}
