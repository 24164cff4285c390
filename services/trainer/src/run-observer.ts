import type { BestIteration, GroupSummary, Ledger, LoopObserver } from '@leti/leti';
import { runPaths } from '@leti/runs';
import { curvesOf } from './curves.ts';
import { readIterationRecord } from './iteration-record.ts';
import type { RunMachinery, RunToExecute } from './run-to-execute.ts';

/** Tells a run's log what happens in the loop, and draws its curves after every iteration. */
export function createRunObserver(run: RunToExecute, machinery: Pick<RunMachinery, 'worker'>): LoopObserver {
  const validated = new Set(run.told.map((event) => event.kind === 'validation_finished' && event.iteration));
  return {
    groupFinished: (iteration, group, groupsDone, groupsTotal) =>
      tellGroup(run, iteration, group, groupsDone, groupsTotal),
    async validated(iteration, scores) {
      // A run that goes on scores its base checkpoint again, from what it has stored.
      if (validated.has(iteration)) return;
      validated.add(iteration);
      await run.emit({ kind: 'validation_finished', iteration, scores });
    },
    async iterationFinished(iteration, best) {
      await tellIteration(run, iteration, best);
      await drawCurves(run, machinery);
    },
    alarm: (iteration, message) => run.emit({ kind: 'alarm', iteration, message }),
  };
}

/** Writes the run's curves anew. A run does not fail for want of them. */
async function drawCurves(run: RunToExecute, { worker }: Pick<RunMachinery, 'worker'>): Promise<void> {
  try {
    await worker.call('writeCurves', await curvesOf(runPaths(run.folder), await run.steps()));
  } catch (error) {
    await run.emit({ kind: 'notice', message: `the curves for TensorBoard are not written: ${String(error)}` });
  }
}

async function tellGroup(
  run: RunToExecute,
  iteration: number,
  { problemId, passed, samples }: GroupSummary,
  groupsDone: number,
  groupsTotal: number,
): Promise<void> {
  await run.emit({ kind: 'group_finished', iteration, problemId, passed, samples, groupsDone, groupsTotal });
}

/** Tells what the ledger holds and the log lacks: the process may have died between the two. */
export async function catchUp(run: RunToExecute, ledger: Ledger, groupsTotal: number): Promise<void> {
  const finished = await ledger.finishedIterations();
  const toldIterations = new Set(run.told.map((event) => event.kind === 'iteration_finished' && event.iteration));
  for (const [index, { checkpoint }] of finished.entries()) {
    await run.onIteration(index + 1, checkpoint);
    if (!toldIterations.has(index + 1)) await tellIteration(run, index + 1);
  }
  const iteration = finished.length + 1;
  if (iteration > run.settings.iterations) return;
  const toldGroups = new Set(
    run.told.flatMap((event) =>
      event.kind === 'group_finished' && event.iteration === iteration ? event.problemId : [],
    ),
  );
  for (const [index, group] of (await ledger.finishedGroups(iteration)).entries())
    if (!toldGroups.has(group.problemId)) await tellGroup(run, iteration, group, index + 1, groupsTotal);
}

async function tellIteration(run: RunToExecute, iteration: number, best?: BestIteration): Promise<void> {
  const paths = runPaths(run.folder);
  const record = await readIterationRecord(paths.iteration(iteration).metrics);
  if (record === undefined) throw new Error(`iteration ${iteration} has no figures`);
  const checkpoint = { path: paths.checkpoint(iteration), digest: record.checkpointDigest };
  await run.onIteration(iteration, checkpoint, best);
  await run.emit({ kind: 'checkpoint_published', iteration, checkpoint });
  await run.emit({ kind: 'iteration_finished', iteration, metrics: record.metrics });
}
