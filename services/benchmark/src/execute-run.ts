import type { RemoteJudge, RemoteSampler } from '@leti/clients';
import {
  type PhaseClock,
  sampleAndJudge,
  type BenchmarkResult,
  type GroupSummary,
  type Problem,
  type SampledGroups,
} from '@leti/leti';
import { GroupLedger } from '@leti/runs';
import { benchmarkResult } from './benchmark-result.ts';
import type { ResolvedSettings } from './resolve-settings.ts';
import type { RunFiles } from './run-files.ts';

/** What a run is executed with. */
export interface RunParts {
  readonly settings: ResolvedSettings;
  readonly problems: readonly Problem[];
  readonly files: RunFiles;
  readonly sampler: RemoteSampler;
  readonly judge: RemoteJudge;
  readonly clock: PhaseClock;
  /** Told after every problem that is finished for good, and once before the first with what was found. */
  onProgress(problemsDone: number): void;
}

/**
 * Samples and judges the problems that are not finished yet, and adds everything up. Run again after an interruption it
 * goes on after the last finished problem; the figures are those of a run never interrupted, but for the times.
 *
 * @throws the first failure of sampling, judging or the store; the signal's reason
 */
export async function executeRun(parts: RunParts, signal: AbortSignal): Promise<BenchmarkResult> {
  const { settings, problems, clock } = parts;
  const ledger = await GroupLedger.open(parts.files);
  clock.restart(ledger.foundPhases);
  const groups: GroupSummary[] = [...ledger.finished];
  const finished = new Set(groups.map(({ problemId }) => problemId));
  parts.onProgress(groups.length);
  await sampleAndJudge({
    problems: problems.filter(({ problemId }) => !finished.has(problemId)),
    samplesPerProblem: settings.samplesPerProblem,
    sample: (missing, stop) => measured(parts.sampler.sample({ ...settings, problems: missing }, stop), clock),
    judge: (problem, solutions, stop) => clock.measure('evaluate', () => parts.judge.judge(problem, solutions, stop)),
    record: async (group) => {
      groups.push(await ledger.record(group, clock.seconds()));
      parts.onProgress(groups.length);
    },
    signal,
  });
  return benchmarkResult(settings, groups, clock.seconds());
}

/** Counts the time until the last group as sampling. */
async function* measured(groups: SampledGroups, clock: PhaseClock): SampledGroups {
  const stop = clock.start('sample');
  try {
    yield* groups;
  } finally {
    stop();
  }
}
