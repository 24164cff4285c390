import { FieldPath, trainingRunEventToProto, trainingSettingsFromProto } from '@leti/convert';
import type {
  CancelTrainingRunRequest,
  CreateTrainingRunRequest,
  ForkTrainingRunRequest,
  GetTrainingRunRequest,
  ListTrainingRunsRequest,
  ListTrainingRunsResponse,
  PauseTrainingRunRequest,
  PlanTrainingRunRequest,
  ResumeTrainingRunRequest,
  TrainerServiceServer,
  TrainingPlan,
  TrainingRun,
  WatchTrainingRunRequest,
  WatchTrainingRunResponse,
} from '@leti/proto';
import { runIdFrom } from '@leti/requests';
import { serverStream, unary } from '@leti/rpc';
import { planToProto } from './plan-to-proto.ts';
import { runToProto } from './run-to-proto.ts';
import type { TrainingRuns } from './training-runs.ts';

const MAX_PAGE_SIZE = 1000;

/** Implements TrainerService over the runs of a store. */
export function createTrainerHandlers(runs: TrainingRuns): TrainerServiceServer {
  return {
    createTrainingRun: unary<CreateTrainingRunRequest, TrainingRun>(async ({ settings, requestId }) => {
      const read = FieldPath.collected((at) => trainingSettingsFromProto(settings, at.field('settings')));
      return runToProto(await runs.create(read.value, requestId, read.violations));
    }),

    getTrainingRun: unary<GetTrainingRunRequest, TrainingRun>(async ({ name }) =>
      runToProto(await runs.get(idOf(name))),
    ),

    listTrainingRuns: unary<ListTrainingRunsRequest, ListTrainingRunsResponse>(async ({ pageSize, pageToken }) => {
      FieldPath.validated((at) =>
        at
          .field('page_size')
          .expect(pageSize >= 0 && pageSize <= MAX_PAGE_SIZE, `must be in [0, ${MAX_PAGE_SIZE}]`, pageSize),
      );
      const page = await runs.list({ pageSize, pageToken });
      return { trainingRuns: page.runs.map(runToProto), nextPageToken: page.nextPageToken };
    }),

    watchTrainingRun: serverStream<WatchTrainingRunRequest, WatchTrainingRunResponse>(
      async function* ({ name, afterEventNumber }, { signal }) {
        FieldPath.validated((at) =>
          at.field('after_event_number').expect(afterEventNumber >= 0n, 'must be 0 or more', afterEventNumber),
        );
        for await (const event of runs.watch(idOf(name), Number(afterEventNumber), signal))
          yield { event: trainingRunEventToProto(event) };
      },
      { endOnDrain: true },
    ),

    cancelTrainingRun: unary<CancelTrainingRunRequest, TrainingRun>(async ({ name }) =>
      runToProto(await runs.cancel(idOf(name))),
    ),

    pauseTrainingRun: unary<PauseTrainingRunRequest, TrainingRun>(async ({ name }) =>
      runToProto(await runs.pause(idOf(name))),
    ),

    resumeTrainingRun: unary<ResumeTrainingRunRequest, TrainingRun>(async ({ name }) =>
      runToProto(await runs.resume(idOf(name))),
    ),

    planTrainingRun: unary<PlanTrainingRunRequest, TrainingPlan>(async ({ settings }) => {
      const read = FieldPath.collected((at) => trainingSettingsFromProto(settings, at.field('settings')));
      return planToProto(await runs.plan(read.value, read.violations));
    }),

    forkTrainingRun: unary<ForkTrainingRunRequest, TrainingRun>(async (request) => {
      const { name, iteration, keepOptimizer, requestId } = request;
      const { value, violations } = FieldPath.collected((at) => {
        // The base checkpoint of the request does not count; the iteration's takes its place before anything is read.
        const settings = request.settings && { ...request.settings, baseCheckpoint: undefined };
        return settings && trainingSettingsFromProto(settings, at.field('settings'));
      });
      const id = idOf(name);
      return runToProto(await runs.fork(id, { iteration, settings: value, keepOptimizer, requestId }, violations));
    }),
  };
}

const idOf = (name: string): string => runIdFrom('trainingRuns', name, 'name');
