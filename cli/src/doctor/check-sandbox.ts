import { createProgramRunner, NoIsolationError } from '@leti/sandbox';
import { fail, type Finding, ok, warn } from './finding.ts';

/** What would isolate programs here, whether it works, and what it does not protect against. */
export async function checkSandbox(): Promise<Finding[]> {
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
      const working =
        outcome === 'passed'
          ? ok('sandbox', `${name} runs programs`)
          : fail(
              'sandbox',
              `${name}: a correct program ended as ${outcome}`,
              'run `npm run setup`, then look at the evaluator’s log',
            );
      return [working, ...caveats.map((caveat) => warn('sandbox', 'does not protect against everything', caveat))];
    } finally {
      await runner.close();
    }
  } catch (error) {
    if (!(error instanceof NoIsolationError)) throw error;
    return [
      fail(
        'sandbox',
        error.message,
        'use a Linux kernel with Landlock, or pass --unsafe to run programs without isolation',
      ),
    ];
  }
}
