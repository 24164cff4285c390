import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { NoPythonError } from './errors.ts';

/**
 * Looks for the program of an interpreter, without running it.
 * @param python a path, or a name that stands on the PATH
 * @throws {NoPythonError} when there is none
 */
export async function assertPython(python: string): Promise<void> {
  const isPath = python.includes('/');
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = isPath ? [python] : folders.map((folder) => join(folder, python));
  for (const candidate of candidates) if (await isProgram(candidate)) return;
  const missing = isPath ? `no program at '${python}'` : `no ${python} on the PATH`;
  throw new NoPythonError(`${missing}; LETI_EVALUATOR_PYTHON_PATH names one`);
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
