import '../../electron/setup/node-version.mjs';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare } from '../../electron/setup/prepare.mjs';
import { projectFolder, say } from '../../electron/setup/project.mjs';

// npm run bench -- NAME ARGUMENTS...: sets up what is missing, builds test/bench/NAME.ts as the app is built, so that
// what is measured is what runs, and calls its default export with the arguments.
const [name, ...args] = process.argv.slice(2);
const folder = path.join(projectFolder, 'test', 'bench');
const source = path.join(folder, `${name}.ts`);

if (name === undefined || !existsSync(source)) {
  const names = readdirSync(folder).flatMap((file) => (file.endsWith('.ts') ? [path.parse(file).name] : []));
  say(`There is no bench ${name ?? ''}; name one of ${names.join(', ')}.`);
  process.exit(2);
}

await prepare(projectFolder);
const { build } = await import('vite');
const outDir = path.join(projectFolder, 'out', 'bench');
await build({
  root: projectFolder,
  configFile: false,
  logLevel: 'warn',
  build: { ssr: source, outDir, target: 'node20.19', emptyOutDir: false },
});
const { default: bench } = await import(pathToFileURL(path.join(outDir, `${name}.js`)).href);
await bench(args);
