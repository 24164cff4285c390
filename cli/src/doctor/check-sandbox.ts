import { createProgramRunner, NoIsolationError, NoPythonError, type RunnerInfo } from '@leti/sandbox';
import { isProduction } from '../evaluator-runtime.ts';
import { pythonPath } from './check-python.ts';
import { fail, type Finding, ok, warn } from './finding.ts';

const production = isProduction(process.env);

/** What would isolate programs here, whether it works, and what it does not protect against. */
export async function checkSandbox(): Promise<Finding> {
  const tried = await tryRuntime('auto');
  if ('noPython' in tried) return notChecked('sandbox');
  if ('reason' in tried) {
    const remedy = production
      ? 'put gVisor’s runsc on the PATH, or run tools/install-runsc.sh: production takes nothing else'
      : 'use a Linux kernel with Landlock, run tools/install-runsc.sh, or use `leti up --unsafe` to run programs without isolation';
    return fail('sandbox', tried.reason, remedy);
  }
  const name = nameOf(tried.info);
  if (tried.outcome !== 'passed') {
    const remedy = 'run `npm run setup`, then look at the evaluator’s log';
    return fail('sandbox', `${name}: a correct program ended as ${tried.outcome}`, remedy);
  }
  const which = production ? 'in production' : 'by default';
  return {
    ...ok('sandbox', `${name} runs programs ${which}`),
    remedy: `keep in mind: ${tried.info.caveats.join(' ')}`,
  };
}

/** Whether gVisor works here, which production and clusters ask for. */
export async function checkGvisor(): Promise<Finding> {
  const tried = await tryRuntime('gvisor');
  if ('noPython' in tried) return notChecked('gvisor');
  if ('reason' in tried) {
    return warn('gvisor', tried.reason, 'an evaluator in production needs it: run tools/install-runsc.sh');
  }
  const name = nameOf(tried.info);
  if (tried.outcome !== 'passed')
    return warn('gvisor', `${name}: a correct program ended as ${tried.outcome}`, 'look at the evaluator’s log');
  const detail = `${name} runs programs with "leti up --runtime gvisor" or in production`;
  return { ...ok('gvisor', detail), remedy: `keep in mind: ${tried.info.caveats.join(' ')}` };
}

type Tried =
  { readonly info: RunnerInfo; readonly outcome: string } | { readonly reason: string } | { readonly noPython: true };

const notChecked = (name: string): Finding => warn(name, 'not checked: no Python', 'see to Python first');

async function tryRuntime(runtime: 'auto' | 'gvisor'): Promise<Tried> {
  try {
    const runner = await createProgramRunner({ runtime, production, slots: 1, pythonPath: pythonPath() });
    try {
      const { outcome } = await runner.evaluate({
        programId: 'doctor',
        prompt: '',
        solution: 'def two():\n    return 2\n',
        testSetupCode: '',
        tests: ['assert two() == 2'],
        limits: {},
      });
      return { info: runner.info, outcome };
    } finally {
      await runner.close();
    }
  } catch (error) {
    if (error instanceof NoPythonError) return { noPython: true };
    if (!(error instanceof NoIsolationError)) throw error;
    return { reason: error.message };
  }
}

const nameOf = ({ runtime, runtimeVersion }: RunnerInfo): string => `${runtime} ${runtimeVersion}`;
