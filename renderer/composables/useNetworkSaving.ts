import { zip } from 'fflate';
import { readonly, shallowRef } from 'vue';
import { saveFormat, type SavedFile, type SaveFormatId } from '#shared/saving';
import { useLabStore } from '../stores/lab';
import { useProblemStore } from '../stores/problem';
import { useSessionStore } from '../stores/session';

/** One file, whatever the format: several are packed into a ZIP archive. */
export interface DownloadableModel {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Asks the lab for the network on the bench in one of the formats. */
export function useNetworkSaving() {
  const lab = useLabStore();
  const problems = useProblemStore();
  const session = useSessionStore();
  const saving = shallowRef(false);

  /** Resolves to `null` where it did not work, which is reported. */
  async function networkAs(format: SaveFormatId): Promise<DownloadableModel | null> {
    const { extension, title } = saveFormat(format);
    const name = session.network?.summary.name ?? 'model';
    saving.value = true;
    let made: DownloadableModel | null = null;
    await problems.reporting(`Saving the network as ${title}`, async () => {
      const files = await lab.lab().saveNetwork(format);
      const [only] = files;
      made =
        extension !== null && only !== undefined
          ? { name: `${name}${extension}`, bytes: only.bytes }
          : { name: `${name}-${format}.zip`, bytes: await packed(files) };
    });
    saving.value = false;
    return made;
  }

  return { saving: readonly(saving), networkAs };
}

/** Packed without being made smaller: weights hardly shrink. */
function packed(files: readonly SavedFile[]): Promise<Uint8Array> {
  const contents = Object.fromEntries(files.map(({ path, bytes }) => [path, bytes]));
  return new Promise((resolve, reject) => {
    zip(contents, { level: 0 }, (fault, bytes) => {
      if (fault === null) resolve(bytes);
      else reject(fault);
    });
  });
}
