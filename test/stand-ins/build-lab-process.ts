/** Builds the real `electron/lab/process.ts` around the stand-in lab, to be started as a process. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'vite';

const at = (file: string): string => path.resolve(import.meta.dirname, '../..', file);

/** The path of the built entry, in a folder of its own. */
export async function buildLabProcess(): Promise<string> {
  const outDir = await mkdtemp(path.join(tmpdir(), 'convscope-lab-process-'));
  await build({
    configFile: false,
    logLevel: 'error',
    root: at('.'),
    resolve: { alias: [{ find: /^\.\/lab$/, replacement: at('test/stand-ins/lab.ts') }] },
    ssr: { noExternal: true },
    build: {
      ssr: at('electron/lab/process.ts'),
      outDir,
      emptyOutDir: true,
      minify: false,
      rollupOptions: { output: { format: 'es', entryFileNames: 'lab-process.mjs' } },
    },
  });
  return path.join(outDir, 'lab-process.mjs');
}
