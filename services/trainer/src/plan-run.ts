import { availableParallelism } from 'node:os';
import { learnsFromSamples, type TrainingSettings } from '@leti/leti';
import { countParameters, type TrainingMemory } from '@leti/nn/model';
import type { ResolvedRun } from './resolve-run.ts';
import type { StoredPace } from './stored-pace.ts';
import { longestOf, mostTokensOfSequence, type TrainingCounts, trainingCounts } from './training-counts.ts';
import { gibibytes, hasGpu, machineMemoryBytes, memoryOfTraining } from './training-memory.ts';

/** What a run would do, need and take. */
export interface TrainingPlanReport extends Omit<TrainingCounts, 'validationSamples'> {
  readonly problems: number;
  /** Of one sequence. */
  readonly tokensMost: number;
  /** Bytes of a training step, from above. */
  readonly memory: TrainingMemory;
  /** Bytes of this machine, or of what its container may use. */
  readonly memoryAvailable: number;
  /** Of the whole run, roughly, when nothing else runs. */
  readonly secondsLow: number;
  readonly secondsHigh: number;
  /** What the seconds are derived from. */
  readonly basis: string;
  readonly warnings: readonly string[];
  /** Of checkpoints and a saved state in the store, at most. */
  readonly diskBytesMost: number;
  /** With every default filled in and every path absolute. */
  readonly settings: TrainingSettings;
}

/**
 * Says what a run would do, need and take.
 *
 * @param pace of a finished run of the same architecture; undefined leaves arithmetic
 */
export function planRun(run: ResolvedRun, pace: StoredPace | undefined): TrainingPlanReport {
  const { settings, base, problems, validationProblems, promptTokens, replay } = run;
  const { validationSamples, ...counts } = trainingCounts(
    settings,
    { problems: problems.length, validationProblems: validationProblems.length },
    replay?.iterations ?? 0,
  );
  const tokensMost = mostTokensOfSequence(settings, longestOf(promptTokens), base.config.maxPositions);
  const memory = memoryOfTraining(settings, base.config, tokensMost);
  const samples = counts.samples + validationSamples;
  const time =
    pace === undefined ? byArithmetic(run, counts, samples, tokensMost) : byPace(settings, counts, samples, pace);
  return {
    problems: problems.length,
    ...counts,
    tokensMost,
    memory,
    memoryAvailable: machineMemoryBytes(),
    ...time,
    warnings: warningsOf(run, counts, memory),
    diskBytesMost: diskBytes(settings, memory),
    settings,
  };
}

interface Time {
  readonly secondsLow: number;
  readonly secondsHigh: number;
  readonly basis: string;
}

/** A machine that does other things too takes up to this many times as long. */
const SHARED = 2.5;

function byPace(settings: TrainingSettings, counts: Counts, samples: number, pace: StoredPace): Time {
  const steps = counts.fcftSteps + counts.pretrainingSteps;
  const batches = settings.fineTuning.batchSize / pace.settings.fineTuning.batchSize;
  const longer = Math.max(1, settings.sampling.maxNewTokens / pace.settings.sampling.maxNewTokens);
  const sampling = samples * pace.secondsPerSample;
  const training = steps * pace.secondsPerStep * batches;
  const [ms, stepMs] = [pace.secondsPerSample, pace.secondsPerStep].map((s) => Number((1000 * s).toPrecision(2)));
  return {
    secondsLow: sampling + training,
    secondsHigh: SHARED * (sampling * longer + training),
    basis: `run ${pace.runId}: ${ms} ms a sample, ${stepMs} ms a step of ${pace.settings.fineTuning.batchSize}`,
  };
}

/** Operations a core does in a second, where other work goes on and where none does. */
const FLOPS_PER_CORE = { low: 1e10, high: 3e10 } as const;
/** What a step and a sample take beside arithmetic, seconds. */
const OVERHEAD = { step: 0.02, sample: 0.002 } as const;

/** From sequences of usual length on a quiet machine to the longest there can be on a busy one. */
function byArithmetic(run: ResolvedRun, counts: Counts, samples: number, tokensMost: number): Time {
  const { fineTuning, pretrainingMix, sampling, totalTokens } = run.settings;
  const parameters = countParameters(run.base.config);
  const trained = counts.fcftSteps * fineTuning.batchSize + counts.pretrainingSteps * pretrainingMix.batchSize;
  const drawn = totalTokens > 0 ? totalTokens : sampling.maxNewTokens;
  // Forward and backward pass are 6 operations a parameter and token, a sampled token is 2.
  const operations = (tokens: number, newTokens: number): number =>
    parameters * (6 * trained * tokens + 2 * samples * newTokens);
  const meanPrompt = run.promptTokens.reduce((sum, tokens) => sum + tokens, 0) / Math.max(1, run.promptTokens.length);
  const least = operations(Math.min(tokensMost, meanPrompt + drawn / 2), drawn / 2);
  const most = operations(tokensMost, drawn);
  const cores = availableParallelism();
  const steps = counts.fcftSteps + counts.pretrainingSteps;
  const digits = (count: number): string => (count / 1e12).toPrecision(2);
  return {
    secondsLow: least / (cores * FLOPS_PER_CORE.high),
    secondsHigh: most / (cores * FLOPS_PER_CORE.low) + steps * OVERHEAD.step + samples * OVERHEAD.sample,
    basis: `arithmetic: ${digits(least)} to ${digits(most)} · 10^12 operations on ${cores} cores`,
  };
}

type Counts = Pick<TrainingCounts, 'fcftSteps' | 'pretrainingSteps'>;

/** Every checkpoint has the weights in float32 and both moments; one more is written before an older one goes. */
function diskBytes(
  { iterations, checkpoints: { keepLast, keepBest } }: TrainingSettings,
  memory: TrainingMemory,
): number {
  const kept = keepLast === 0 ? iterations : Math.min(iterations, keepLast + (keepBest ? 1 : 0) + 1);
  return (kept + 2) * (memory.weights + memory.moments);
}

function warningsOf(run: ResolvedRun, counts: Counts, memory: TrainingMemory): string[] {
  const { settings, base, problems, promptTokens } = run;
  const { fineTuning } = settings;
  const steps = counts.fcftSteps + counts.pretrainingSteps;
  const cut = Math.min(fineTuning.maxSequenceTokens, base.config.maxPositions);
  const warnings: string[] = [];
  if (fineTuning.warmupSteps > steps)
    warnings.push(
      `fineTuning.warmupSteps ${fineTuning.warmupSteps} is above the run's ${steps} steps: the rate never reaches its peak`,
    );
  const cutPrompts = promptTokens.filter((tokens) => tokens + 2 > cut).length;
  if (cutPrompts > 0)
    warnings.push(
      `${cutPrompts} prompts are longer than a sequence, ${cut} tokens: nothing is learnt of their solutions`,
    );
  const sequences = problems.length * (learnsFromSamples(settings) ? settings.samplesPerProblem : 1);
  if (counts.fcftSteps > 0 && sequences < fineTuning.batchSize)
    warnings.push(`an iteration's ${sequences} sequences are less than fineTuning.batchSize ${fineTuning.batchSize}`);
  if (!hasGpu() && memory.total > 0.7 * machineMemoryBytes())
    warnings.push(
      `a training step takes up to ${gibibytes(memory.total)} of the machine's ${gibibytes(machineMemoryBytes())}; ` +
        'fineTuning.microBatchSize and fineTuning.recompute take less',
    );
  return warnings;
}
