import type { IterationMetrics, RecordedTrainingRunEvent } from '@leti/leti';
import { formatSeconds, formatShare } from '../output/format-figures.ts';
import type { ProgressDisplay } from './progress-display.ts';

/** What a display of a training run remembers between events. */
export interface TrainingView {
  readonly display: ProgressDisplay;
  /** Iterations of the run in all. */
  readonly iterations: number;
  /** Of the iteration being sampled. */
  passed: number;
  samples: number;
}

/** A view that has seen nothing yet. */
export const trainingView = (display: ProgressDisplay, iterations: number): TrainingView => ({
  display,
  iterations,
  passed: 0,
  samples: 0,
});

/** Shows one event of a training run. Events come in order. */
export function showTrainingEvent(view: TrainingView, { event }: RecordedTrainingRunEvent): void {
  const { display, iterations } = view;
  const of = (iteration: number): string => `iteration ${iteration}/${iterations}`;
  switch (event.kind) {
    case 'state_changed':
      display.line(`run is ${event.state}`);
      return;
    case 'group_finished': {
      view.passed += event.passed;
      view.samples += event.samples;
      const remark = `pass@1 ${formatShare(view.passed / view.samples)}`;
      const { groupsDone: value, groupsTotal: total } = event;
      display.show({ label: `${of(event.iteration)}  problems sampled and judged`, value, total, remark });
      return;
    }
    case 'training_step': {
      const { step: value, stepsTotal: total, fcftLoss, pretrainingLoss } = event;
      const mix = pretrainingLoss > 0 ? `, pre-training ${pretrainingLoss.toFixed(3)}` : '';
      display.show({
        label: `${of(event.iteration)}  training steps`,
        value,
        total,
        remark: `loss ${fcftLoss.toFixed(3)}${mix}`,
      });
      return;
    }
    case 'iteration_finished':
      view.passed = 0;
      view.samples = 0;
      display.line(`${of(event.iteration)}  ${metricsLine(event.metrics)}`);
      return;
    case 'checkpoint_published':
      display.line(`${of(event.iteration)}  checkpoint ${event.checkpoint.path}`);
      return;
    case 'notice':
      display.line(`note: ${event.message}`);
  }
}

function metricsLine({ samples, trainPassAt1, outcomes, fcftLoss, phases }: IterationMetrics): string {
  const seconds = Object.entries(phases).map(([phase, value]) => `${phase} ${formatSeconds(value)}`);
  return [
    `${samples} samples`,
    `train pass@1 ${formatShare(trainPassAt1)}`,
    `syntax errors ${outcomes.syntax_error ?? 0}`,
    `loss ${fcftLoss.toFixed(3)}`,
    seconds.join(', '),
  ].join('; ');
}
