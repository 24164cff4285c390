import { createProgramRunner, NoIsolationError } from '@leti/sandbox';
import { fail, type Finding, ok } from './finding.ts';

/** What would isolate programs here, whether it works, and what it does not protect against. */
export async function checkSandbox(): Promise<Finding> {
  try {
    const runner = await createProgramRunner({ runtime: 'auto', slots: 1 });
    try {
      const { outcome } = await runner.evaluate({
        programId: 'doctor',
        prompt: '',
        solution: 'def two():\n    return 2\n',
        testSetupCode: '',
        tests: ['assert two() == 2'],
        limits: {},
      });
      const { runtime, runtimeVersion, caveats } = runner.info;
      const name = `${runtime} ${runtimeVersion}`;
      if (outcome !== 'passed') {
        const remedy = 'run `npm run setup`, then look at the evaluator’s log';
        return fail('sandbox', `${name}: a correct program ended as ${outcome}`, remedy);
      }
      return { ...ok('sandbox', `${name} runs programs`), remedy: `keep in mind: ${caveats.join(' ')}` };
    } finally {
      await runner.close();
    }
  } catch (error) {
    if (!(error instanceof NoIsolationError)) throw error;
    const remedy = 'use a Linux kernel with Landlock, or pass --unsafe to run programs without isolation';
    return fail('sandbox', error.message, remedy);
  }
}
