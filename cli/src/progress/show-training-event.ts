import type { IterationMetrics, PassAtKEstimate, RecordedTrainingRunEvent } from '@leti/leti';
import { formatSeconds, formatShare } from '../output/format-figures.ts';
import { shownPath } from '../output/shown-path.ts';
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
      display.line(event.state === 'paused' ? "run paused; 'leti runs resume' lets it go on" : `run ${event.state}`);
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
      display.line(`${of(event.iteration)}  ${figuresOf(event.metrics)}`);
      display.line(`${of(event.iteration)}  ${timesOf(event.metrics)}`);
      return;
    case 'checkpoint_published':
      display.line(`${of(event.iteration)}  checkpoint ${shownPath(event.checkpoint.path)}`);
      return;
    case 'notice':
      display.line(`note: ${event.message}`);
      return;
    case 'validation_finished':
      for (const { condition, passAtK } of event.scores)
        display.line(`${of(event.iteration)}  validation under ${condition}: ${passAtK.map(scoreOf).join(', ')}`);
      return;
    case 'alarm':
      display.line(`alarm: ${event.message}`);
  }
}

const scoreOf = ({ k, estimate, low, high }: PassAtKEstimate): string =>
  `pass@${k} ${formatShare(estimate)} (${formatShare(low)} to ${formatShare(high)})`;

function figuresOf({ samples, trainPassAt1, outcomes, fcftLoss }: IterationMetrics): string {
  const errors = outcomes.syntax_error ?? 0;
  const pass = formatShare(trainPassAt1);
  return `${samples} samples; train pass@1 ${pass}; syntax errors ${errors}; loss ${fcftLoss.toFixed(3)}`;
}

const timesOf = ({ phases }: IterationMetrics): string =>
  Object.entries(phases)
    .map(([phase, seconds]) => `${phase} ${formatSeconds(seconds)}`)
    .join(', ');
