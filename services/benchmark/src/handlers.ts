import { benchmarkSettingsFromProto, FieldPath } from '@leti/convert';
import type {
  BenchmarkServiceServer,
  CancelBenchmarkRunRequest,
  CompareBenchmarkRunsRequest,
  CreateBenchmarkRunRequest,
  GetBenchmarkRunRequest,
  ListBenchmarkRunsRequest,
  WatchBenchmarkRunRequest,
  WatchBenchmarkRunResponse,
} from '@leti/proto';
import { runIdFrom } from '@leti/requests';
import { serverStream, unary } from '@leti/rpc';
import { TASKS } from '@leti/tasks';
import type { BenchmarkRuns } from './benchmark-runs.ts';
import { compareRuns } from './compare-runs.ts';

const COLLECTION = 'benchmarkRuns';

/** Implements BenchmarkService. Reads come from the store; only runs wait for generator and evaluator. */
export function createBenchmarkHandlers(deps: {
  readonly runs: BenchmarkRuns;
  /** Where tasks look for official files unless a run says. */
  readonly dataFolder: string | undefined;
}): BenchmarkServiceServer {
  const { runs, dataFolder } = deps;
  return {
    listTasks: unary(async () => ({
      tasks: await Promise.all(
        [...TASKS.values()].map(async (definition) => {
          const { available, hint } = await definition.availability(dataFolder);
          return { task: definition.task, splits: [...definition.splits], available, hint };
        }),
      ),
    })),
    createBenchmarkRun: unary(({ settings, requestId }: CreateBenchmarkRunRequest) => {
      const read = FieldPath.validated((at) => benchmarkSettingsFromProto(settings, at.field('settings')));
      return runs.create(read, requestId);
    }),
    getBenchmarkRun: unary(({ name }: GetBenchmarkRunRequest) => runs.get(runIdFrom(COLLECTION, name, 'name'))),
    listBenchmarkRuns: unary(async ({ pageSize, pageToken }: ListBenchmarkRunsRequest) => {
      FieldPath.validated((at) =>
        at.field('page_size').expect(pageSize >= 0 && pageSize <= 1000, 'must be in [0, 1000]', pageSize),
      );
      const page = await runs.list({ pageSize, pageToken });
      return { benchmarkRuns: page.runs.map(({ run }) => run), nextPageToken: page.nextPageToken };
    }),
    watchBenchmarkRun: serverStream(
      async function* ({ name }: WatchBenchmarkRunRequest, { signal }): AsyncGenerator<WatchBenchmarkRunResponse> {
        for await (const benchmarkRun of runs.watch(runIdFrom(COLLECTION, name, 'name'), signal))
          yield { benchmarkRun };
      },
      { endOnDrain: true },
    ),
    cancelBenchmarkRun: unary(({ name }: CancelBenchmarkRunRequest) =>
      runs.cancel(runIdFrom(COLLECTION, name, 'name')),
    ),
    compareBenchmarkRuns: unary(async ({ base, other }: CompareBenchmarkRunsRequest) =>
      compareRuns(
        await runs.get(runIdFrom(COLLECTION, base, 'base')),
        await runs.get(runIdFrom(COLLECTION, other, 'other')),
      ),
    ),
  };
}
