import { readFileSync, rmSync } from 'node:fs';

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {readonly string[]} skipped by name, with the reason
 */

/**
 * A report from an earlier run must not be counted as this one's.
 * @param {string} report
 */
export function forget(report) {
  rmSync(report, { force: true });
}

/**
 * What vitest's JSON reporter wrote. A file that could not even be loaded counts as a failed test.
 * @param {string} report
 * @returns {Counts}
 */
export function countVitest(report) {
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const tests = testResults.flatMap((/** @type {any} */ file) => file.assertionResults);
  const broken = testResults.filter(
    (/** @type {any} */ { status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((/** @type {any} */ test) => test.status === 'failed'),
  );
  const of = (/** @type {string} */ status) =>
    tests.filter((/** @type {any} */ test) => test.status === status);
  const passed = of('passed').length;
  const failed = of('failed').length;
  const skipped = tests
    .filter((/** @type {any} */ { status }) => status !== 'passed' && status !== 'failed')
    .map((/** @type {any} */ { fullName }) => fullName);
  return { passed, failed: failed + broken.length, skipped };
}

/**
 * What Playwright's JSON reporter wrote.
 * @param {string} report
 * @returns {Counts}
 */
export function countPlaywright(report) {
  const { stats, suites, errors } = JSON.parse(readFileSync(report, 'utf8'));
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + (stats.unexpected === 0 ? errors.length : 0),
    skipped: suites.flatMap(skippedIn),
  };
}

/**
 * @param {any} suite
 * @returns {string[]}
 */
function skippedIn(suite) {
  const own = (suite.specs ?? []).flatMap((/** @type {any} */ spec) =>
    spec.tests
      .filter((/** @type {any} */ { status }) => status === 'skipped')
      .map((/** @type {any} */ { annotations }) => {
        const reason = annotations.find((/** @type {any} */ { type }) => type === 'skip')?.description;
        return `${suite.title}: ${spec.title}${reason ? ` [skipped: ${reason}]` : ''}`;
      }),
  );
  return [...own, ...(suite.suites ?? []).flatMap(skippedIn)];
}
