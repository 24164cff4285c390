import { fail, type Finding, ok } from './finding.ts';
import { runToEnd } from './run-program.ts';

const LEAST_MINOR = 9;

/** The Python that programs run in. */
export async function checkPython(): Promise<Finding> {
  const script = 'import sys; print(*sys.version_info[:3], sep="."); print(sys.executable)';
  const { status, stdout } = await runToEnd('python3', ['-c', script]);
  const remedy = `install Python 3.${LEAST_MINOR} or newer, with pip`;
  if (status !== 0) return fail('Python', 'expected a python3 on the path, found none that runs', remedy);
  const [version = '', path = ''] = stdout.trim().split('\n');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const detail = `${version} (${path})`;
  if (major === 3 && minor >= LEAST_MINOR) return ok('Python', detail);
  return fail('Python', `expected 3.${LEAST_MINOR} or newer, got ${detail}`, remedy);
}
