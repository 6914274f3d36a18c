import path from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'electron-vite';

const at = (file: string) => path.resolve(import.meta.dirname, file);

// Three builds, as Electron has three kinds of code. The browser and terminal shells need no build of their own:
// they serve the same renderer and start the same lab process.
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      sourcemap: true,
      // The oldest that runs it: the terminal and browser shells run on the Node that is installed.
      target: 'node20.19',
      // A JSON file, which Node does not import without an attribute that the bundler drops.
      externalizeDeps: { exclude: ['js-pixel-fonts'] },
      rollupOptions: {
        input: {
          main: at('electron/desktop/main.ts'),
          'lab-process': at('electron/lab/process.ts'),
          cli: at('electron/cli/main.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rollupOptions: {
        input: { preload: at('electron/desktop/preload.ts') },
        // A sandboxed preload can be CommonJS only (Electron, "ES Modules in Electron").
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('renderer'),
    plugins: [vue()],
    build: {
      outDir: at('out/renderer'),
      // electron-vite leaves it as it is written: a window over a network loads a quarter of that.
      minify: true,
      rollupOptions: { input: { index: at('renderer/index.html') } },
    },
  },
});
