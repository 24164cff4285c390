import type { Ledger, PhaseClock, PinnedCheckpoint, SampleFigures, TrainingLosses } from '@leti/leti';
import { type DamagedGroup, GroupLedger, type RunPaths } from '@leti/runs';
import { readIterationRecord, writeIterationRecord } from './iteration-record.ts';

/**
 * The ledger as files of the run folder: per iteration a {@link GroupLedger}, and metrics.json once it is finished.
 *
 * One writer per run. The clock measures the iteration in progress and goes on where the last finished group was.
 *
 * @param onDamage is told of each group of an iteration that was found damaged, and will be done again
 */
export function createLedger(
  paths: RunPaths,
  clock: PhaseClock,
  onDamage: (iteration: number, group: DamagedGroup) => void = () => {},
): Ledger {
  const opened = new Map<number, Promise<GroupLedger>>();

  const openIteration = (iteration: number): Promise<GroupLedger> => {
    const known = opened.get(iteration);
    if (known !== undefined) return known;
    const opening = GroupLedger.open(paths.iteration(iteration), { repair: true }).then((ledger) => {
      clock.restart(ledger.foundPhases);
      for (const group of ledger.redo) onDamage(iteration, group);
      return ledger;
    });
    opened.set(iteration, opening);
    return opening;
  };

  return {
    async finishedIterations() {
      const checkpoints: PinnedCheckpoint[] = [];
      for (;;) {
        const iteration = checkpoints.length + 1;
        const record = await readIterationRecord(paths.iteration(iteration).metrics);
        if (record === undefined) return checkpoints;
        checkpoints.push({ path: paths.checkpoint(iteration), digest: record.checkpointDigest });
      }
    },

    async finishedGroups(iteration) {
      return [...(await openIteration(iteration)).finished];
    },

    async recordGroup(iteration, group) {
      await (await openIteration(iteration)).record(group, clock.seconds());
    },

    async recordIteration(
      iteration: number,
      result: { checkpoint: PinnedCheckpoint; figures: SampleFigures; losses: TrainingLosses },
    ) {
      const { checkpoint, figures, losses } = result;
      await writeIterationRecord(paths.iteration(iteration).metrics, {
        checkpointDigest: checkpoint.digest,
        metrics: { ...figures, ...losses, phases: clock.seconds() },
      });
      opened.delete(iteration);
    },
  };
}
