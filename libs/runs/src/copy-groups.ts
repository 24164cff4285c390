import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { GroupFiles } from './group-ledger.ts';
import { inspectLedger } from './inspect-ledger.ts';
import { CorruptStoreError, writeFailure } from './store-errors.ts';
import { writeLedger } from './write-ledger.ts';

/**
 * Makes a ledger of some groups of another, which say that no time was spent on them. What is there already, e.g. from a
 * copy that was interrupted, is replaced. The other ledger may be one that a run is writing: nothing of it is changed.
 *
 * @param problemIds whose groups, in the order that they get
 * @throws {CorruptStoreError} when one of them is not there whole; {StoreFullError}
 */
export async function copyGroups(from: GroupFiles, to: GroupFiles, problemIds: readonly string[]): Promise<void> {
  const whole = new Map((await (await inspectLedger(from)).whole()).map((group) => [group.line.problemId, group]));
  const groups = problemIds.map((problemId) => {
    const group = whole.get(problemId);
    if (group === undefined)
      throw new CorruptStoreError(from.groups, undefined, `holds no whole group of ${problemId}`);
    return group;
  });
  try {
    for (const path of [to.groups, to.evaluations, to.solutions]) await rm(path, { force: true });
    await mkdir(dirname(to.groups), { recursive: true });
  } catch (error) {
    throw writeFailure(to.groups, error);
  }
  await writeLedger(to, groups, {});
}
