import { trainingRunStateToProto, trainingSettingsToProto } from '@leti/convert';
import type { RunFork, TrainingRun } from '@leti/proto';
import { runName } from '@leti/requests';
import { statusFromRpcError } from '@leti/rpc';
import { runPaths } from '@leti/runs';
import { settingsOf } from './forked-run.ts';
import { errorOfRecord } from './training-run-record.ts';
import type { TrainingRunView } from './run-journal.ts';

/** The run as a message of leti.v1. */
export function runToProto(run: TrainingRunView): TrainingRun {
  const error = errorOfRecord(run);
  return {
    name: runName('trainingRuns', run.id),
    state: trainingRunStateToProto(run.state),
    error: error && statusFromRpcError(error),
    createTime: run.createTime,
    startTime: run.startTime ?? undefined,
    endTime: run.endTime ?? undefined,
    settings: trainingSettingsToProto(settingsOf(run)),
    forkedFrom: forkToProto(run),
    iterationsDone: run.iterationsDone,
    latestCheckpoint:
      run.latestDigest === null
        ? undefined
        : { path: runPaths(run.folder).checkpoint(run.iterationsDone), digest: run.latestDigest },
    storePath: run.folder,
    bestCheckpoint: run.best === null ? undefined : { path: bestFolder(run, run.best), digest: run.best.digest },
    bestIteration: run.best?.iteration,
    stopReason: run.stopReason,
    lastEventNumber: BigInt(run.lastEventNumber),
  };
}

/** Where the best checkpoint lies: iteration 0 is the one that the run started from. */
function bestFolder(run: TrainingRunView, { iteration }: NonNullable<TrainingRunView['best']>): string {
  return iteration === 0 ? settingsOf(run).baseCheckpoint.path : runPaths(run.folder).checkpoint(iteration);
}

function forkToProto({ forkedFrom, settings }: TrainingRunView): RunFork | undefined {
  if (forkedFrom === null) return undefined;
  const { runId, iteration, digest } = forkedFrom;
  return { run: runName('trainingRuns', runId), iteration, checkpoint: { path: settings.baseCheckpoint.path, digest } };
}
