import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Where official data sets lie: LETI_DATA, by default a folder beside the repository. It may be missing. */
export function dataFolder(): string {
  const folder = process.env['LETI_DATA'] || join('..', 'shared', 'data');
  return isAbsolute(folder) ? folder : join(ROOT, folder);
}

/**
 * Tests that need a file of an official data set. Without it they are skipped, and the reason is printed.
 * @param path under the data folder
 * @param tests gets the file's path
 */
export function describeWithData(title: string, path: string, tests: (file: string) => void): void {
  const file = join(dataFolder(), path);
  const missing = !existsSync(file);
  if (missing) process.stderr.write(`SKIPPED ${title}: no ${file}; set LETI_DATA to the folder that holds ${path}\n`);
  // oxlint-disable-next-line vitest/valid-title -- the caller's
  describe.skipIf(missing)(title, () => {
    tests(file);
  });
}
