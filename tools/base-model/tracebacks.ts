import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * What the machine's python3 says about sources, as LETI's textual feedback shows it; null where a source runs through.
 * The sources are trusted.
 */
export function tracebacksOf(sources: readonly string[]): readonly (string | null)[] {
  const script = fileURLToPath(new URL('./tracebacks.py', import.meta.url));
  const python = spawnSync('python3', ['-W', 'ignore', script], {
    input: JSON.stringify(sources),
    maxBuffer: 2 ** 28,
    encoding: 'utf8',
  });
  if (python.status !== 0) throw new Error(`${script}: want exit status 0, got ${python.status}: ${python.stderr}`);
  return JSON.parse(python.stdout) as (string | null)[];
}
