import { existsSync } from 'node:fs';
import path from 'node:path';
import { build, isBuilt } from '../../electron/setup/build.mjs';
import { run } from '../../electron/setup/commands.mjs';
import { findBrowser } from './browser.mjs';
import { countPlaywright, countVitest, forget } from './counts.mjs';

/**
 * A stage of `npm test`. It throws where its counts cannot tell what went wrong.
 * @typedef {object} Stage
 * @property {string} name
 * @property {() => Promise<import('./counts.mjs').Counts>} work
 * @property {boolean} [onlyByName] it takes long or writes pictures, and runs where it is named
 */

/** Of every sample; some four minutes. Set CONVSCOPE_MUTATIONS for more. */
const mutationsOfLongTest = 100;

/** @type {import('./counts.mjs').Counts} */
const onePassed = { passed: 1, failed: 0, skipped: [] };
/** @type {import('./counts.mjs').Counts} */
const oneFailed = { passed: 0, failed: 1, skipped: [] };

/**
 * Everything that is checked after set-up, in the order in which it is.
 * @param {string} project
 * @returns {readonly Stage[]}
 */
export function stagesOf(project) {
  const tool = (/** @type {string} */ file) => path.join(project, 'node_modules', file);
  const node = async (/** @type {string} */ program, /** @type {readonly string[]} */ args) =>
    (await run(process.execPath, [tool(program), ...args], { cwd: project })).ok;
  const report = (/** @type {string} */ name) => path.join(project, 'test-results', `${name}.json`);

  const unit = (/** @type {string} */ name, /** @type {readonly string[]} */ files) => async () => {
    forget(report(name));
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report(name)}`];
    const ok = await node('vitest/vitest.mjs', ['run', ...files, ...reporters]);
    return counted(ok, report(name), countVitest);
  };
  const fuzz = () => {
    process.env['CONVSCOPE_MUTATIONS'] ??= String(mutationsOfLongTest);
    return unit('fuzz', ['fuzz.test.ts'])();
  };
  const stories = (/** @type {string} */ name, /** @type {string} */ projectOfStories) => async () => {
    if (!isBuilt(project)) await build(project);
    process.env['CONVSCOPE_BROWSER'] = await findBrowser(project);
    forget(report(name));
    process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'] = report(name);
    const words = ['test', '-c', 'test/e2e', '--project', projectOfStories, '--reporter=list,json'];
    const ok = await node('@playwright/test/cli.js', words);
    return counted(ok, report(name), countPlaywright);
  };
  return [
    {
      name: 'format',
      work: () => one(node('prettier/bin/prettier.cjs', ['--check', '.', '--log-level=warn'])),
    },
    { name: 'lint', work: () => one(node('eslint/bin/eslint.js', ['.', '--max-warnings', '0'])) },
    {
      name: 'types',
      work: () =>
        one(
          allOf(['renderer', 'test', 'electron', 'shared'], (folder) =>
            node(folder === 'renderer' ? 'vue-tsc/bin/vue-tsc.js' : 'typescript/bin/tsc', [
              '--noEmit',
              '-p',
              folder,
            ]),
          ),
        ),
    },
    { name: 'unit', work: unit('unit', []) },
    { name: 'build', work: () => one(build(project).then(() => true)) },
    { name: 'e2e', work: stories('e2e', 'chromium') },
    { name: 'long', work: stories('long', 'long'), onlyByName: true },
    { name: 'fuzz', work: fuzz, onlyByName: true },
    { name: 'screenshots', work: stories('screenshots', 'screenshots'), onlyByName: true },
  ];
}

/**
 * Runs them two at a time, and those after a failure too.
 * @template T
 * @param {readonly T[]} items
 * @param {(item: T) => Promise<boolean>} work
 */
async function allOf(items, work) {
  const waiting = [...items];
  let ok = true;
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift())
      ok = (await work(item)) && ok;
  };
  await Promise.all([worker(), worker()]);
  return ok;
}

/** @param {Promise<boolean>} ok */
async function one(ok) {
  return (await ok) ? onePassed : oneFailed;
}

/**
 * @param {boolean} ok
 * @param {string} report
 * @param {(report: string) => import('./counts.mjs').Counts} count
 */
function counted(ok, report, count) {
  if (!existsSync(report)) return oneFailed;
  const counts = count(report);
  // The runner can fail beyond its tests: an error after them, or none found.
  return ok || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}
