import { describe, expect, test } from 'vitest';
import { inPython } from './testing/in-python.ts';

/**
 * Who ended, by which signal (0: by exit), after how many CPU seconds counted and used, and what it comes to: an outcome,
 * `ambiguous` or `refused`. A verifier is a judge that has begun to run one. The limit is 10 s, the fence of the kernel 17 s.
 */
const ROWS = [
  ['candidate', 'SIGXCPU', 17, 17, 'first', 'cpu_timeout'],
  ['candidate', 'SIGXCPU', 17, 9, 'first', 'ambiguous'],
  ['candidate', 'SIGXCPU', 17, 9, 'again', 'ambiguous'],
  ['candidate', 'SIGKILL', 17, 17, 'first', 'cpu_timeout'],
  ['candidate', 'SIGKILL', 17, 9, 'first', 'ambiguous'],
  ['candidate', 'SIGKILL', 17, 9, 'again', 'ambiguous'],
  ['candidate', 'SIGKILL', 12, 12, 'first', 'cpu_timeout'],
  ['candidate', 'SIGKILL', 12, 9, 'first', 'ambiguous'],
  // Not by the kernel: it has sent the signal itself.
  ['candidate', 'SIGKILL', 12, 9, 'again', 'early_exit'],
  ['candidate', 'SIGXCPU', 1, 1, 'first', 'ambiguous'],
  ['candidate', 'SIGXCPU', 1, 1, 'again', 'early_exit'],
  ['candidate', 'SIGSEGV', 12, 12, 'first', 'early_exit'],
  ['judge', 'SIGXCPU', 17, 17, 'first', 'cpu_timeout'],
  ['judge', 'SIGXCPU', 17, 9, 'first', 'ambiguous'],
  ['judge', 'SIGKILL', 17, 17, 'first', 'cpu_timeout'],
  ['judge', 'SIGKILL', 17, 9, 'again', 'ambiguous'],
  ['judge', 'SIGKILL', 3, 3, 'first', 'ambiguous'],
  ['judge', 'SIGKILL', 12, 12, 'first', 'ambiguous'],
  ['judge', 0, 12, 12, 'first', 'ambiguous'],
  ['judge', 'SIGSEGV', 12, 12, 'first', 'cpu_timeout'],
  ['judge', 'SIGSEGV', 12, 9, 'first', 'tampering'],
  ['judge', 'SIGSEGV', 3, 3, 'first', 'tampering'],
  ['verifier', 'SIGSEGV', 3, 3, 'first', 'refused'],
  ['verifier', 0, 12, 12, 'first', 'refused'],
  ['verifier', 'SIGSEGV', 12, 12, 'first', 'cpu_timeout'],
  ['verifier', 'SIGXCPU', 17, 17, 'first', 'cpu_timeout'],
  // Perhaps the machine did, for want of memory.
  ['verifier', 'SIGKILL', 3, 3, 'first', 'ambiguous'],
] as const;

const SCRIPT = `
import signal
from leti_sandbox.ends import KillCount, candidate_end, judge_end
from leti_sandbox.errors import RefusedError
limits, found = {"cpuTimeMs": 10_000}, []
for role, number, counted, used, run, _ in rows:
    end = {"status": int(getattr(signal, number)) if number else 0, "cpu": counted}
    try:
        if role == "candidate":
            message = candidate_end(end, used, limits, 17, KillCount() if run == "again" else None)
        else:
            message = judge_end(end, used, limits, 17, in_verifier=role == "verifier")
    except RefusedError as error:
        message = {"outcome": "refused" if error.failed else "invalid"}
    found.append([message.get("outcome", "ambiguous"), message.get("overcounted")])
print(json.dumps(found))`;

describe('an end by itself', () => {
  const found = inPython(SCRIPT, { rows: ROWS }) as [string, boolean | undefined][];
  for (const [index, [role, signal, counted, used, run, end]] of ROWS.entries())
    test(`of a ${role} by ${signal}, ${counted} s counted and ${used} s used, run ${run}: ${end}`, () =>
      expect(found[index]?.[0]).toBe(end));

  test('is over the CPU limit, and told as overcounted where less was used than counted', () => {
    const script = `
from leti_sandbox.ends import judge_end
print(json.dumps([judge_end({"status": 24, "cpu": 17}, used, {"cpuTimeMs": 10_000}, 17)["overcounted"] for used in (17, 16.95, 12)]))`;
    expect(inPython(script)).toEqual([false, false, true]);
  });
});

/** What a run makes of its candidate's end: the message's outcome or reason at each time it is asked, answers in between. */
const ASKED = `
from types import SimpleNamespace as Some
from leti_sandbox.outside import Outside
from leti_sandbox.run import Run
from leti_sandbox.watch import Watch
import os
asked, seen = [], []
outside = Outside(asked.append)
outside.told(100)
child = Some(pid=os.getpid(), ended=None, cpu_fence_seconds=17, cpu_seconds=lambda: child.ended["cpu"] if child.ended else 0.0)
limits = {"cpuTimeMs": 10_000, "wallTimeMs": 1000}
slot = Some(round_seconds=0, outside=outside, candidate=Some(resident=0))
run = Run.__new__(Run)
run.candidate = run.judge_child = child
run.program = {}
run.limits, run.judge_limits, run.kills = limits, {**limits, "cpuTimeMs": judge_limit}, None
run.watch = Watch(slot, limits, child)
child.ended = {"status": 24, "cpu": 17.0}
end_of = {"candidate": run._candidate_end, "judge": run._judge_end}[role]
def told():
    message = end_of()
    seen.append(None if message is None else message.get("outcome", "ambiguous"))
told()
told()
if asked: outside.heard(asked[-1], 100 + used)
told()
print(json.dumps([*seen, len(asked)]))`;

test.each([
  ['candidate', 12, 10_000, [null, null, 'cpu_timeout', 1]],
  ['candidate', 9, 10_000, [null, null, 'ambiguous', 1]],
  // Its own limit counts: it looks at several runs.
  ['judge', 12, 30_000, ['ambiguous', 'ambiguous', 'ambiguous', 0]],
  ['judge', 12, 11_000, [null, null, 'cpu_timeout', 1]],
])('the end of a %s that was counted 17 s waits for what is counted outside, %d s', (role, used, judge_limit, seen) => {
  expect(inPython(ASKED, { role, used, judge_limit })).toEqual(seen);
});

test('the fence of the kernel is beyond what the watch allows, where each thread is counted while it waits, too', () => {
  const script = `
from leti_sandbox.watch import cpu_fence_seconds
limits = {"cpuTimeMs": 5_000, "processes": 16}
print(json.dumps([cpu_fence_seconds(limits, overcounts) for overcounts in (False, True)]))`;
  expect(inPython(script)).toEqual([9, 642]);
});
