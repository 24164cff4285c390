import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PYTHON = fileURLToPath(new URL('../../python/', import.meta.url));

/**
 * For tests: what a script that imports the supervisor's own modules prints, read as JSON. It has `json`, and what stands in
 * `given` as the name of that name.
 * @throws {Error} with the traceback when it fails
 */
export function inPython(script: string, given: Readonly<Record<string, unknown>> = {}): unknown {
  const head = 'import json, sys\nglobals().update(json.loads(sys.argv[1]))\n';
  const text = execFileSync('python3', ['-c', head + script, JSON.stringify(given)], {
    env: { ...process.env, PYTHONPATH: PYTHON },
    encoding: 'utf8',
  });
  return JSON.parse(text);
}
