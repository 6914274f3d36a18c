import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe } from 'vitest';
import { realDataFolder } from './real-data-folder';

/**
 * A `describe` for tests on real data: `folder` is named relative to the data, such as `mnist`. Where it is missing the
 * tests are skipped and their names say why, unless CONVSCOPE_REQUIRE_DATA=1 (`npm run test:data`) wants them run.
 */
export function describeWithRealData(name: string, folder: string, tests: (folder: string) => void): void {
  const at = path.join(realDataFolder, folder);
  if (existsSync(at) || process.env['CONVSCOPE_REQUIRE_DATA'] === '1') describe(name, () => tests(at));
  else describe.skip(`${name} [skipped: there is no ${path.relative(process.cwd(), at)}]`, () => tests(at));
}
