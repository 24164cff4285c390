import { expect, test } from 'vitest';
import { inPython } from './testing/in-python.ts';

/** Factors of a limit of 10 s after each look of `looks`, [CPU seconds used, CPU seconds that a round takes just then]. */
function factors(looks: readonly (readonly [number, number])[], usual = 1): unknown {
  return inPython(`
from leti_sandbox import slowdown
now = [0]
slowdown.round_seconds = lambda rounds: now[0]
one, found = slowdown.Slowdown(${usual}, 10), []
for used, now[0] in ${JSON.stringify(looks)}:
    one.look(used)
    found.append(one.factor())
print(json.dumps(found))`);
}

test('a limit is higher by what the same work takes more now, from 1.1 to 1.5 times', () => {
  expect(factors([[5, 1.05]])).toEqual([1]);
  expect(factors([[5, 1.2]])).toEqual([1.2]);
  expect(factors([[5, 3]])).toEqual([1.5]);
});

test('one disturbed moment changes nothing: the middle of all measures counts', () => {
  const looks = [[5, 1], [5.5, 1.4], [6, 1], [6.5, 1.4], [7, 1.4]] as const; // prettier-ignore
  expect(factors(looks)).toEqual([1, 1, 1, 1, 1.4]);
});

test('it is measured in the second half of the limit, once in a twentieth of it', () => {
  const looks = [[4.9, 1.4], [5, 1], [5.4, 1.4], [5.45, 1.4], [5.5, 1.2], [30, 1.2]] as const; // prettier-ignore
  expect(factors(looks)).toEqual([1, 1, 1, 1, 1, 1.2]);
});

test('where the undisturbed speed is not known there is no factor', () => {
  expect(factors([[9, 2]], 0)).toEqual([1]);
});
