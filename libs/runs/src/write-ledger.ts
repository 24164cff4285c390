import { createHash } from 'node:crypto';
import { copyFile, link } from 'node:fs/promises';
import type { PhaseSeconds } from '@leti/leti';
import type { GroupFiles } from './group-ledger.ts';
import type { GroupLine } from './group-lines.ts';
import type { WholeGroup } from './inspect-ledger.ts';
import { jsonLine } from './json-text.ts';
import { writeFailure } from './store-errors.ts';
import { writeFileAtomically } from './write-atomically.ts';

/** Hex. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Makes a ledger of these groups and no others, in this order. Files that are there already are kept beside, as
 * `solutions.jsonl.damaged-1` and so on. Killed on the way it leaves files that do not fit together, in which the same
 * groups are found whole.
 *
 * @param phases seconds that every group says the run had taken; default: each as it was
 * @returns the lines of groups.jsonl
 * @throws {StoreFullError}
 */
export async function writeLedger(
  files: GroupFiles,
  groups: readonly WholeGroup[],
  phases?: PhaseSeconds,
): Promise<GroupLine[]> {
  let [solutionsBytes, evaluationsBytes] = [0, 0];
  const lines = groups.map(({ line, solutions, evaluations }): GroupLine => {
    solutionsBytes += solutions.length;
    evaluationsBytes += evaluations.length;
    return {
      ...line,
      solutionsBytes,
      evaluationsBytes,
      solutionsSha256: sha256Of(solutions),
      evaluationsSha256: sha256Of(evaluations),
      ...(phases !== undefined && { phases: { ...phases } }),
    };
  });
  for (const name of ['solutions', 'evaluations', 'groups'] as const) await keepBeside(files[name]);
  await writeFileAtomically(files.solutions, Buffer.concat(groups.map(({ solutions }) => solutions)));
  await writeFileAtomically(files.evaluations, Buffer.concat(groups.map(({ evaluations }) => evaluations)));
  await writeFileAtomically(files.groups, lines.map(jsonLine).join(''));
  return lines;
}

/** Gives a file a second name, `PATH.damaged-N`, under which its content stays when the first is written anew. */
async function keepBeside(path: string): Promise<void> {
  for (let n = 1; ; n++) {
    try {
      return await link(path, `${path}.damaged-${n}`);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return;
      if (code === 'EEXIST') continue;
      if (code === 'EPERM' || code === 'ENOTSUP') return await copyFile(path, `${path}.damaged-${n}`); // no links here
      throw writeFailure(path, error);
    }
  }
}
