import { afterEach, expect, test, vi } from 'vitest';
import { assertPython } from './assert-python.ts';
import { createProgramRunner, NoPythonError } from './index.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('an interpreter is found by name and by path', async () => {
  await expect(assertPython('python3')).resolves.toBeUndefined();
  await expect(assertPython(process.execPath)).resolves.toBeUndefined();
});

test.each([
  ['python3', '/nowhere', 'no python3 on the PATH; LETI_EVALUATOR_PYTHON_PATH names one'],
  ['python3', '', 'no python3 on the PATH; LETI_EVALUATOR_PYTHON_PATH names one'],
  ['/nowhere/python3', '/usr/bin', "no program at '/nowhere/python3'; LETI_EVALUATOR_PYTHON_PATH names one"],
  ['/tmp', '/usr/bin', "no program at '/tmp'; LETI_EVALUATOR_PYTHON_PATH names one"],
])('%s with the PATH %j is no Python, not a lack of isolation', async (pythonPath, path, message) => {
  vi.stubEnv('PATH', path);
  const starting = createProgramRunner({ runtime: 'auto', slots: 1, pythonPath });
  await expect(starting).rejects.toThrow(NoPythonError);
  await expect(assertPython(pythonPath)).rejects.toThrow(message);
});
