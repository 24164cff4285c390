import { afterEach, expect, test, vi } from 'vitest';
import { checkPython } from './check-python.ts';
import { checkGvisor, checkSandbox } from './check-sandbox.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('without Python that is what is told, and neither Landlock nor --unsafe is advised', async () => {
  vi.stubEnv('PATH', '/nowhere');
  vi.stubEnv('LETI_EVALUATOR_PYTHON_PATH', undefined);
  const [python, sandbox, gvisor] = await Promise.all([checkPython(), checkSandbox(), checkGvisor()]);
  expect(python).toMatchObject({
    state: 'fail',
    detail: 'no python3 on the PATH; LETI_EVALUATOR_PYTHON_PATH names one',
    remedy: expect.stringContaining('install Python'),
  });
  for (const finding of [sandbox, gvisor]) {
    expect(finding).toMatchObject({ state: 'warn', detail: 'not checked: no Python' });
    expect(finding.remedy).not.toMatch(/Landlock|unsafe|runsc/);
  }
});

test('the Python that is checked is the one that the evaluator is told of', async () => {
  vi.stubEnv('LETI_EVALUATOR_PYTHON_PATH', '/nowhere/python3');
  expect(await checkPython()).toMatchObject({
    state: 'fail',
    detail: "no program at '/nowhere/python3'; LETI_EVALUATOR_PYTHON_PATH names one",
  });
});
