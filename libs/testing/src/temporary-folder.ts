import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Makes an empty folder that is removed with all its content when the running test has ended. Call it in a test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'leti-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
