import { trainingSettingsToProto } from '@leti/convert';
import type { IterationMetrics, PinnedCheckpoint, RunState, TrainingSettings } from '@leti/leti';
import { type TrainingPlan, type TrainingRun, ValidationSettings_Selection } from '@leti/proto';
import { stateOf } from './any-run.ts';
import type { CommandContext } from './command-context.ts';
import { inUserTerms } from './describe-error.ts';
import { trainingKeyOf } from './field-names.ts';
import { createProgressDisplay } from './progress/progress-display.ts';
import { showTrainingEvent, trainingView } from './progress/show-training-event.ts';
import type { ServiceClients } from './supervisor/service-clients.ts';
import { watchTrainingRun } from './watch-runs.ts';

/** Losses of one optimizer step, nats per token. */
export interface RecordedStep {
  readonly iteration: number;
  readonly step: number;
  /** Steps of the iteration in all. */
  readonly stepsTotal: number;
  readonly fcftLoss: number;
  readonly pretrainingLoss: number;
}

/** What a watched run came to. */
export interface TrainingRunResult {
  readonly name: string;
  readonly state: RunState;
  /** Why it failed; empty otherwise. */
  readonly error: string;
  readonly storePath: string;
  readonly iterations: readonly { readonly iteration: number; readonly metrics: IterationMetrics }[];
  readonly steps: readonly RecordedStep[];
  /** The newest one that was published, or the best where the settings select it. */
  readonly checkpoint: PinnedCheckpoint | undefined;
  /** From start to end, seconds. */
  readonly seconds: number;
}

/** Creates a run; a repeated call with the same request id gives the same run. */
export function createTrainingRun(
  trainer: ServiceClients['trainer'],
  settings: TrainingSettings,
  requestId: string,
): Promise<TrainingRun> {
  return inUserTerms(
    'the trainer refused the settings',
    trainingKeyOf,
    trainer.createTrainingRun({ settings: trainingSettingsToProto(settings), requestId }),
  );
}

/** Asks what a run would do, need and take; none is made. @throws {CliError} with everything that is wrong */
export function planTrainingRun(trainer: ServiceClients['trainer'], settings: TrainingSettings): Promise<TrainingPlan> {
  return inUserTerms(
    'the trainer would refuse the settings',
    trainingKeyOf,
    trainer.planTrainingRun({ settings: trainingSettingsToProto(settings) }),
  );
}

/**
 * Watches a run until it ends, with progress.
 * @param iterations of the run in all
 * @param after number of the last event not to be shown
 */
export async function followTrainingRun(
  trainer: ServiceClients['trainer'],
  name: string,
  iterations: number,
  { output, signal }: CommandContext,
  after = 0,
): Promise<TrainingRunResult> {
  const display = createProgressDisplay(output);
  const view = trainingView(display, iterations);
  const finished = new Map<number, IterationMetrics>();
  const steps = new Map<string, RecordedStep>();
  const onOutage = (reason: string): void =>
    display.line(`note: the trainer does not answer (${reason}); trying again`);
  try {
    for await (const recorded of watchTrainingRun(trainer, name, { signal, onOutage }, after)) {
      const { event } = recorded;
      showTrainingEvent(view, recorded);
      if (event.kind === 'iteration_finished') finished.set(event.iteration, event.metrics);
      // A run that was interrupted repeats steps since its last saved state: the repetition counts.
      if (event.kind === 'training_step') {
        const { iteration, step, stepsTotal, fcftLoss, pretrainingLoss } = event;
        steps.set(`${iteration}/${step}`, { iteration, step, stepsTotal, fcftLoss, pretrainingLoss });
      }
    }
  } finally {
    display.close();
  }
  const run = await trainer.getTrainingRun({ name }, { signal });
  return {
    name,
    state: stateOf(run),
    error: run.error?.message ?? '',
    storePath: run.storePath,
    iterations: [...finished].map(([iteration, metrics]) => ({ iteration, metrics })),
    steps: [...steps.values()].sort((a, b) => a.iteration - b.iteration || a.step - b.step),
    checkpoint: givenCheckpoint(run),
    seconds: ((run.endTime?.getTime() ?? 0) - (run.startTime?.getTime() ?? 0)) / 1000,
  };
}

function givenCheckpoint({ settings, latestCheckpoint, bestCheckpoint }: TrainingRun): PinnedCheckpoint | undefined {
  const isBest = settings?.validation?.select === ValidationSettings_Selection.BEST;
  const { path, digest } = (isBest ? bestCheckpoint : undefined) ?? latestCheckpoint ?? { path: '', digest: '' };
  return path === '' ? undefined : { path, digest };
}
