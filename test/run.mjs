import '../electron/setup/node-version.mjs';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { prepare } from '../electron/setup/prepare.mjs';
import { projectFolder } from '../electron/setup/project.mjs';

/**
 * npm test: sets up what is missing and runs every check, those after a failing one too. The last line counts:
 * vitest's and Playwright's tests each, every other stage as one.
 *
 *   --only lint,types,unit,e2e   these stages alone (format, lint, types, unit, build, e2e, long, fuzz, screenshots)
 *   --data                       fails where the real data is missing, instead of skipping its tests
 */
const { values: wanted } = parseArgs({
  options: { only: { type: 'string' }, data: { type: 'boolean' } },
});

/** @param {string} line */
const print = (line) => void process.stdout.write(`${line}\n`);

/** @typedef {import('./runner/stages.mjs').Stage} Stage */
/** @typedef {import('./runner/counts.mjs').Counts} Counts */

/**
 * @param {Stage} stage
 * @returns {Promise<Counts>}
 */
async function run({ name, work }) {
  print(`\n=== ${name}`);
  const started = performance.now();
  let counts;
  try {
    counts = await work();
  } catch (thrown) {
    print(thrown instanceof Error ? thrown.message : String(thrown));
    counts = { passed: 0, failed: 1, skipped: [] };
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  print(`=== ${name} ${counts.failed === 0 ? 'passed' : 'FAILED'} in ${seconds} s`);
  return counts;
}

/**
 * @param {readonly Stage[]} stages
 * @returns {readonly Stage[]}
 */
function chosen(stages) {
  const { only } = wanted;
  if (only === undefined) return stages.filter(({ onlyByName }) => onlyByName !== true);
  const names = only.split(',');
  const unknown = names.find((name) => !stages.some((stage) => stage.name === name));
  if (unknown !== undefined) {
    const all = stages.map(({ name }) => name).join(', ');
    throw new Error(`There is no stage ${unknown}; name some of ${all}.`);
  }
  return stages.filter(({ name }) => names.includes(name));
}

function setEnvironment() {
  if (wanted.data !== true) return;
  const data = process.env['CONVSCOPE_DATA'] ?? path.join(projectFolder, '..', 'shared', 'data');
  if (!existsSync(data)) throw new Error(`The real data is wanted, and there is no ${data}.`);
  process.env['CONVSCOPE_REQUIRE_DATA'] = '1';
}

async function main() {
  setEnvironment();
  /** @type {Counts[]} */
  const all = [];
  const setUp = async () => {
    await prepare(projectFolder, { built: false });
    return { passed: 1, failed: 0, skipped: [] };
  };
  all.push(await run({ name: 'set-up', work: setUp }));
  if (all[0]?.failed === 0) {
    // Only now is there surely a package to import.
    const { stagesOf } = await import('./runner/stages.mjs');
    for (const stage of chosen(stagesOf(projectFolder))) all.push(await run(stage));
  }
  const skipped = all.flatMap((counts) => counts.skipped);
  if (skipped.length > 0) print(`\nSkipped:\n${skipped.map((name) => `  ${name}`).join('\n')}`);
  const sum = (/** @type {'passed' | 'failed'} */ key) =>
    all.reduce((total, counts) => total + counts[key], 0);
  print(`\n${sum('passed')} passed, ${sum('failed')} failed, ${skipped.length} skipped`);
  process.exitCode = sum('failed') === 0 ? 0 : 1;
}

await main().catch((thrown) => {
  print(thrown instanceof Error ? thrown.message : String(thrown));
  process.exitCode = 1;
});
