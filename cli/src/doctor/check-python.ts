import { assertPython, NoPythonError } from '@leti/sandbox';
import { fail, type Finding, ok } from './finding.ts';
import { runToEnd } from './run-program.ts';

const LEAST_MINOR = 9;

/** The interpreter that an evaluator started here runs programs with. */
export const pythonPath = (): string => process.env['LETI_EVALUATOR_PYTHON_PATH'] ?? 'python3';

/** The Python that programs run in. */
export async function checkPython(): Promise<Finding> {
  const script = 'import sys; print(*sys.version_info[:3], sep="."); print(sys.executable)';
  const remedy = `install Python 3.${LEAST_MINOR} or newer, with pip`;
  try {
    await assertPython(pythonPath());
  } catch (error) {
    if (!(error instanceof NoPythonError)) throw error;
    return fail('Python', error.message, remedy);
  }
  const { status, stdout } = await runToEnd(pythonPath(), ['-c', script]);
  if (status !== 0) return fail('Python', `expected an interpreter that runs, ${pythonPath()} does not`, remedy);
  const [version = '', path = ''] = stdout.trim().split('\n');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const detail = `${version} (${path})`;
  if (major === 3 && minor >= LEAST_MINOR) return ok('Python', detail);
  return fail('Python', `expected 3.${LEAST_MINOR} or newer, got ${detail}`, remedy);
}
