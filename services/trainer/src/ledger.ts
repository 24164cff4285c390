import type { FinishedIteration, Ledger, PhaseClock } from '@leti/leti';
import { type DamagedGroup, GroupLedger, readProblems, type RunPaths } from '@leti/runs';
import { readIterationRecord, writeIterationRecord } from './iteration-record.ts';
import { writeSpecimens } from './specimens.ts';

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
      clock.restart(ledger.foundPhases, ledger.foundExposedSeconds);
      for (const group of ledger.redo) onDamage(iteration, group);
      return ledger;
    });
    opened.set(iteration, opening);
    return opening;
  };

  return {
    async finishedIterations() {
      const iterations: FinishedIteration[] = [];
      for (;;) {
        const iteration = iterations.length + 1;
        const record = await readIterationRecord(paths.iteration(iteration).metrics);
        if (record === undefined) return iterations;
        const { checkpointDigest: digest, metrics } = record;
        const { validation = [], heldOutLoss } = metrics;
        iterations.push({ checkpoint: { path: paths.checkpoint(iteration), digest }, validation, heldOutLoss });
      }
    },

    async finishedGroups(iteration) {
      return [...(await openIteration(iteration)).finished];
    },

    async recordGroup(iteration, group) {
      await (await openIteration(iteration)).record(group, clock.seconds(), clock.exposedSeconds());
    },

    async recordIteration(iteration, { checkpoint, figures, losses, validation, heldOutLoss, trainedSequences }) {
      const own = paths.iteration(iteration);
      await writeSpecimens(own, await readProblems(paths.problems), figures.rewardHack);
      await writeIterationRecord(own.metrics, {
        checkpointDigest: checkpoint.digest,
        metrics: {
          ...figures,
          ...losses,
          phases: clock.seconds(),
          ...(figures.samples > 0 && { exposedEvaluationSeconds: clock.exposedSeconds() }),
          ...(validation.length > 0 && { validation }),
          ...(heldOutLoss !== undefined && { heldOutLoss }),
          ...(trainedSequences !== undefined && { trainedSequences }),
        },
      });
      opened.delete(iteration);
    },
  };
}
