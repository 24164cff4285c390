import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** What a script of the supervisor's own modules prints, as JSON. */
function printed(script: string): unknown {
  const folder = new URL('../python', import.meta.url).pathname;
  const text = execFileSync('python3', ['-c', `import json\n${script}`], {
    env: { ...process.env, PYTHONPATH: folder },
    encoding: 'utf8',
  });
  return JSON.parse(text);
}

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
  expect(printed(script)).toEqual([0, 0, 1, 0, 2]);
});

test('an overcount is never negative, and a first reading that is too low is made good', () => {
  const script = `
from leti_sandbox.outside import Overcount
overcount, seen = Overcount(), []
for inside, used in [(0, 7), (1, 11), (4, 12)]:
    overcount.update(inside, used)
    seen.append(overcount.seconds)
print(json.dumps(seen))`;
  expect(printed(script)).toEqual([0, 0, 2]);
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
  expect(printed(script)).toEqual([[1, 2], null, false, 6, null]);
});
