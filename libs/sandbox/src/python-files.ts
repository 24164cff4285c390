import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));
const REQUIREMENTS = join(REPOSITORY, 'tools', 'sandbox-requirements.txt');

/** The script that a slot's supervisor runs. */
export const SUPERVISOR_SCRIPT = fileURLToPath(new URL('../python/run_supervisor.py', import.meta.url));

/** The script that measures the interpreter's speed. */
export const SPEED_SCRIPT = fileURLToPath(new URL('../python/run_speed.py', import.meta.url));

/** Where set-up puts the pinned sandbox packages, or an empty string when they are not there. */
export function sandlockFolder(): string {
  if (!existsSync(REQUIREMENTS)) return '';
  // The same name as in tools/setup.mjs.
  const hash = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 16);
  const folder = join(REPOSITORY, '.cache', `python-${hash}`);
  return existsSync(folder) ? folder : '';
}
