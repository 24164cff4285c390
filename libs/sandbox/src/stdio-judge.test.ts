import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { judgeStdio } from '@leti/leti';
import { afterAll, describe, expect, test } from 'vitest';
import { inPython } from './testing/in-python.ts';
import { processesOf } from './testing/sandbox-processes.ts';
import { startRunnerOrSkip } from './testing/start-runner-or-skip.ts';

const CASES = 12;
const WORDS = 20_000;

const runner = await startRunnerOrSkip('stdio judge', { runtime: 'sandlock', slots: 1, keptVerdicts: 0 });
afterAll(() => runner?.close());

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

describe('a part of a program with one millisecond left', () => {
  const looks = (elapsed: number, without: number): unknown =>
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
print(json.dumps(end and end.get("outcome", "ambiguous")))`);

  test('may wait for a core as long as the whole program', () => expect(looks(12, 1_000)).toBeNull());
  test('has no verdict when the whole program has waited too long', () => expect(looks(40.1, 1_000)).toBe('ambiguous'));
  test('ends at its limit when it had a core', () => expect(looks(12, 0)).toBe('wall_timeout'));
});

test('CPU time of a run of cases leaves out what only the inner kernel counts, of each case by itself', () => {
  const script = `from types import SimpleNamespace as Some
from leti_sandbox.stdio_run import StdioRun
run = StdioRun.__new__(StdioRun)
run._cpu = run._wall_used = 0.0
run._judge_overcounted = judge_overcounted
run._peak = run._bytes = 0
run._survivors = False
run.judge_child = Some(ended={"cpu": 0.25})
for overcounted in cases:
    child = Some(ended={"cpu": 3.0, "peak": 1}, survivors=False)
    watch = Some(cpu=2.0, overcounted=overcounted, peak=1, clock=Some(seconds=lambda: 1.0))
    run._add(Some(candidate=child, watch=watch, output=Some(bytes=1), exit_signal=0))
print(run._cpu_seconds())`;
  expect(inPython(script, { cases: [2.5], judge_overcounted: 0 })).toBe(0.75);
  expect(inPython(script, { cases: [2.5, 4], judge_overcounted: 1 })).toBe(0.5);
});

test("a judge's limit leaves out what was counted too much while it looked at earlier cases", () => {
  const script = `import os
from types import SimpleNamespace as Some
from leti_sandbox.outside import Outside
from leti_sandbox.stdio_run import StdioRun
outside = Outside(lambda number: None)
cpu, judge = [0.0], Some(pid=os.getpid(), cpu_seconds=lambda: cpu[0])
run = StdioRun.__new__(StdioRun)
run.slot, run.kills, run.started, run.judge_child = Some(outside=outside, round_seconds=0, candidate=Some(resident=0)), None, 0, judge
run._wall_used = run._judge_overcounted = 0.0
run.limits = run.judge_limits = {"cpuTimeMs": 1000, "wallTimeMs": 1000}
run._watch_judge()
outside.told(10)
run._watch_judge()
cpu[0] = 4.0
outside.ask()
outside.heard(1, 10.5)
run.watch._ask_outside()
seen = [run.watch.overcounted, run.watch.over_cpu()]
run._judge_overcounted = run.watch.overcounted
run._watch_judge()
seen += [run.watch.over_cpu(), run.watch.overcounted]
cpu[0] = 4.7
seen.append(run.watch.over_cpu()["outcome"])
print(json.dumps(seen))`;
  expect(inPython(script)).toEqual([3.5, null, null, 3.5, 'cpu_timeout']);
});
