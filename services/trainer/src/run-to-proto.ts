import { trainingRunStateToProto, trainingSettingsToProto } from '@leti/convert';
import type { TrainingRun } from '@leti/proto';
import { runName } from '@leti/requests';
import { statusFromRpcError } from '@leti/rpc';
import { runPaths } from '@leti/runs';
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
    settings: trainingSettingsToProto(run.settings),
    iterationsDone: run.iterationsDone,
    latestCheckpoint:
      run.latestDigest === null
        ? undefined
        : { path: runPaths(run.folder).checkpoint(run.iterationsDone), digest: run.latestDigest },
    storePath: run.folder,
    stopReason: '',
    lastEventNumber: BigInt(run.lastEventNumber),
  };
}
