import { describe, expect, test } from 'vitest';
import { inPython } from './testing/in-python.ts';

/**
 * A clock over process 1, whose machine is a table: `seen` is at each look what passed by then and, by process, its CPU seconds, the
 * seconds that it has waited for a core as the kernel tells (null: not told), its state and tasks.
 */
function ownSeconds(
  seen: readonly { passed: number; tree: Readonly<Record<number, readonly [number, number | null, string, number]>> }[],
  after = '',
): unknown {
  return inPython(
    `
from types import SimpleNamespace as Some
from leti_sandbox import own_clock
now, tree = [0.0], {1: [0.0, seen[0]["tree"]["1"][1], "R", 1]}
own_clock.time = Some(monotonic=lambda: now[0])
def scheduling(pid):
    cpu, waited, _, _ = tree[pid]
    return None if waited is None else (cpu, waited)
own_clock.process_tree = Some(scheduling=scheduling)
clock = own_clock.OwnClock([1])
for look in seen:
    now[0] = look["passed"]
    tree = {int(pid): use for pid, use in look["tree"].items()}
    clock.look(1, {pid: Some(cpu=use[0], state=use[2], tasks=use[3]) for pid, use in tree.items()})
${after}
print(json.dumps(clock.seconds()))`,
    { seen },
  );
}

describe('own time', () => {
  test('of a program that sleeps is all that passes', () => {
    expect(ownSeconds([{ passed: 4, tree: { 1: [0.5, 0, 'S', 1] } }])).toBe(4);
  });
  test('leaves out what the kernel says was spent waiting for a core', () => {
    expect(ownSeconds([{ passed: 4, tree: { 1: [1, 2.5, 'R', 1] } }])).toBe(1.5);
  });
  test('leaves out a wait that is not over, of which the kernel says nothing yet', () => {
    const tree = { 1: [1, 0, 'R', 1] } as const;
    expect(ownSeconds([1, 2, 3].map((passed) => ({ passed, tree })))).toBe(1);
  });
  test('counts waits for the program’s own tasks, which it has itself to blame for', () => {
    const tree = { 1: [1, 2.5, 'R', 1], 2: [2, 1, 'R', 1] } as const;
    expect(ownSeconds([{ passed: 4, tree }])).toBe(3.5);
  });
  test('leaves out, where no wait is told, what a program that runs whenever looked at did not use', () => {
    const looks = [1, 2, 3].map((passed) => ({ passed, tree: { 1: [passed / 4, null, 'R', 1] as const } }));
    expect(ownSeconds(looks)).toBe(0.75);
    const asleep = looks.map(({ passed }) => ({ passed, tree: { 1: [passed / 4, null, 'S', 1] as const } }));
    expect(ownSeconds(asleep)).toBe(3);
  });
  test('leaves out how late the supervisor came, or what the machine outside tells, whichever is more', () => {
    const seen = [{ passed: 4, tree: { 1: [1, 0, 'S', 1] as const } }];
    expect(ownSeconds(seen, 'clock.late(0.5)\nclock.late(1)\nclock.without_core(1)')).toBe(2.5);
    expect(ownSeconds(seen, 'clock.late(0.5)\nclock.without_core(3)')).toBe(1);
  });
});
