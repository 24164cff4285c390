import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { judgeStdio } from '@leti/leti';
import { afterAll, describe, expect, test } from 'vitest';
import { processesOf } from './testing/sandbox-processes.ts';
import { startRunnerOrSkip } from './testing/start-runner-or-skip.ts';

const PYTHON = fileURLToPath(new URL('../python/', import.meta.url));
const CASES = 12;
const WORDS = 20_000;

const runner = await startRunnerOrSkip('stdio judge', { runtime: 'sandlock', slots: 1, keptVerdicts: 0 });
afterAll(() => runner?.close());

/** What the supervisor's own Python code says. @returns the lines that `script` prints */
function inPython(script: string): string[] {
  const { stdout, stderr, status } = spawnSync('python3', ['-c', script], { cwd: PYTHON, encoding: 'utf8' });
  if (status !== 0) throw new Error(`python3 must end with 0: ${stderr}`);
  return stdout.trim().split('\n');
}

describe.skipIf(runner === undefined)('a judge of many cases', () => {
  test('that is killed after more CPU time than one case may use is started again', { timeout: 120_000 }, async () => {
    const expected = '1.0000001\n'.repeat(WORDS);
    const cases = Array.from({ length: CASES }, (_, index) => ({ stdin: `${index}`, stdout: expected }));
    const program = {
      programId: 'p',
      prompt: '',
      solution: `import time\nif input() == "${CASES - 1}": time.sleep(2)\nprint("1 " * ${WORDS})\n`,
      testSetupCode: '',
      tests: [],
      limits: { cpuTimeMs: 400, wallTimeMs: 60_000, outputBytes: 2 ** 22 },
      // Numbers that differ cost the judge far more time than the program.
      judge: judgeStdio(cases, { comparison: 'words', tolerance: { absolute: 1e-3, relative: 0 } }),
    };
    const running = runner!.evaluate(program);
    const killed = await killJudgeAfter(0.6);
    expect(killed).toBe(true);
    expect(await running).toMatchObject({ outcome: 'passed', executions: 2 });
  });
});

/** Kills the first judge that has used so many CPU seconds. @returns whether there was one within half a minute */
async function killJudgeAfter(seconds: number): Promise<boolean> {
  for (let tries = 0; tries < 600; tries++) {
    await sleep(50);
    const victim = processesOf('judge').find((pid) => cpuSeconds(pid) >= seconds);
    if (victim === undefined) continue;
    process.kill(victim, 'SIGKILL');
    return true;
  }
  return false;
}

function cpuSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0; // it has just ended
  }
}

test.each([
  ['killed within its own limit', 9, 3, 'ambiguous'],
  ['killed over its limit and below the fence of the kernel', 9, 12, 'ambiguous'],
  ['killed at the fence of the kernel', 9, 17, 'cpu_timeout'],
  ['ended by the signal of the kernel for CPU time', 24, 17, 'cpu_timeout'],
  ['ended without a verdict', 0, 12, 'ambiguous'],
  ['crashed over its limit', 11, 12, 'cpu_timeout'],
  ['crashed', 11, 3, 'tampering'],
])('a judge that was %s', (_, signal, cpu, expected) => {
  const script = `from leti_sandbox.ends import judge_end
end = judge_end({"status": ${signal}, "cpu": ${cpu}}, {"cpuTimeMs": 10_000}, 17)
print(end.get("outcome", "ambiguous"))`;
  expect(inPython(script)).toEqual([expected]);
});

describe('a part of a program with one millisecond left', () => {
  const looks = (elapsed: number, without: number): string[] =>
    inPython(`import os, time
from types import SimpleNamespace as Some
from leti_sandbox.watch import Watch, WholeRun
server = Some(pid=os.getpid(), resident=1 << 40)
child = Some(pid=os.getpid(), zygote=server, cpu_seconds=lambda: 0.0)
limits = {"cpuTimeMs": 10_000, "wallTimeMs": 1, "memoryBytes": 1 << 40, "processes": 1 << 20}
slot = Some(candidate=server, outside=None, round_seconds=0)
watch = Watch(slot, limits, child, whole=WholeRun(time.monotonic() - ${elapsed}, 10))
watch.clock.late(${without})
time.sleep(0.05)
end = watch.look()
print(None if end is None else end.get("outcome", "ambiguous"))`);

  test('may wait for a core as long as the whole program', () => expect(looks(12, 1_000)).toEqual(['None']));
  test('has no verdict when the whole program has waited too long', () =>
    expect(looks(40.1, 1_000)).toEqual(['ambiguous']));
  test('ends at its limit when it had a core', () => expect(looks(12, 0)).toEqual(['wall_timeout']));
});

test('CPU time of a run of cases leaves out what only the inner kernel counts', () => {
  const script = `from types import SimpleNamespace as Some
from leti_sandbox.stdio_run import StdioRun
run = StdioRun.__new__(StdioRun)
run._cpu = run._wall_used = 0.0
run._peak = run._bytes = 0
run._survivors = False
run.judge_child = Some(ended={"cpu": 0.25})
child = Some(ended={"cpu": 3.0, "peak": 1}, survivors=False)
watch = Some(cpu=2.0, overcounted=2.5, peak=1, clock=Some(seconds=lambda: 1.0))
run._add(Some(candidate=child, watch=watch, output=Some(bytes=1), exit_signal=0))
print(run._cpu_seconds())`;
  expect(inPython(script)).toEqual(['0.75']);
});
