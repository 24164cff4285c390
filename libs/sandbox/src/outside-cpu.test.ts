import { expect, test } from 'vitest';
import { inPython } from './testing/in-python.ts';

test('one reading that is too low gives no CPU time away', () => {
  const script = `
from leti_sandbox.outside import Outside, Overcount
asked, overcount, seen = [], Overcount(), []
outside = Outside(asked.append)
for inside, used in [(0, 10), (3, 13), (4, 11), (5, 15), (8, 16)]:
    outside.ask()
    outside.heard(asked[-1], used)
    overcount.update(inside, outside.take())
    seen.append(overcount.seconds)
print(json.dumps(seen))`;
  expect(inPython(script)).toEqual([0, 0, 1, 0, 2]);
});

test('an overcount is never negative, and a first reading that is too low is made good', () => {
  const script = `
from leti_sandbox.outside import Overcount
overcount, seen = Overcount(), []
for inside, used in [(0, 7), (1, 11), (4, 12)]:
    overcount.update(inside, used)
    seen.append(overcount.seconds)
print(json.dumps(seen))`;
  expect(inPython(script)).toEqual([0, 0, 2]);
});

test('an answer that is due when a program ends is not the next one’s', () => {
  const script = `
from leti_sandbox.outside import Outside
asked = []
outside = Outside(asked.append)
outside.ask()
outside.forget()
outside.ask()
outside.heard(asked[0], 5)
late = outside.take()
outside.heard(asked[1], 6)
print(json.dumps([asked, late, outside.waiting, outside.take(), outside.take()]))`;
  expect(inPython(script)).toEqual([[1, 2], null, false, 6, null]);
});

/** A watch over one child of `cpu[0]` counted seconds, in a sandbox of which 10 s were heard when the program came. */
const WATCH = `
from types import SimpleNamespace as Some
from leti_sandbox.outside import Outside
from leti_sandbox.watch import Watch
import os
asked, cpu = [], [0.0]
outside = Outside(asked.append)
outside.told(10)
child = Some(pid=os.getpid(), cpu_seconds=lambda: cpu[0])
slot = Some(round_seconds=0, outside=outside, candidate=Some(resident=0))
watch = Watch(slot, {"cpuTimeMs": 1000, "wallTimeMs": 1000}, child)
`;

test('at an end the overcount is asked for once more, and known when that is answered', () => {
  const script = `${WATCH}
outside.ask()
outside.heard(1, 10)
watch._ask_outside()
outside.ask()
cpu[0] = 9.0
seen = [watch.knows_overcount(), watch.knows_overcount()]
outside.heard(2, 10)
seen.append(watch.knows_overcount())
outside.heard(3, 13)
# A look may come first.
watch._ask_outside()
print(json.dumps([*seen, watch.knows_overcount(), watch.knows_overcount(), watch.overcounted, asked]))`;
  expect(inPython(script)).toEqual([false, false, false, true, true, 6, [1, 2, 3]]);
});

test('what was counted too much before the first look is known, too', () => {
  const script = `${WATCH}
cpu[0] = 3.0
seen = [watch._ask_outside()]
outside.heard(1, 10.5)
seen += [watch._ask_outside(), watch.overcounted, watch.over_cpu()]
cpu[0] = 4.0
outside.ask()
outside.heard(2, 11.5)
seen += [watch._ask_outside(), watch.over_cpu()["overcounted"]]
print(json.dumps([*seen, watch.overcounted]))`;
  expect(inPython(script)).toEqual([false, true, 2.5, null, true, true, 2.5]);
});
