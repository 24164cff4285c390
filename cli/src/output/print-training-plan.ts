import { TrainingPlan } from '@leti/proto';
import { formatBytes, formatSeconds } from './format-figures.ts';
import type { Output } from './output.ts';

/** Prints what a run would do, need and take. */
export function printTrainingPlan(plan: TrainingPlan, output: Output): void {
  const { memory, settings } = plan;
  const bytes = (count: bigint | undefined): string => formatBytes(Number(count ?? 0));
  const rows: [string, string][] = [
    ['problems', String(plan.problems)],
    ['samples', `${plan.samples} in ${settings?.iterations ?? 0} iterations`],
    ['sequences', `at most ${plan.sequencesMost} an iteration, at most ${plan.tokensMost} tokens each`],
    ['steps', `${plan.fcftSteps} of fine-tuning, ${plan.pretrainingSteps} of pre-training`],
    [
      'memory',
      `at most ${bytes(memory?.totalBytes)} for a training step (weights ${bytes(memory?.weightsBytes)}, ` +
        `moments ${bytes(memory?.momentsBytes)}, gradients ${bytes(memory?.gradientsBytes)}, ` +
        `activations ${bytes(memory?.activationsBytes)}, TensorFlow itself ${bytes(memory?.runtimeBytes)}); there are ${bytes(memory?.availableBytes)}`,
    ],
    ['disk', `at most ${bytes(plan.diskBytesMost)} of checkpoints`],
    ['time', `${formatSeconds(plan.secondsLow)} to ${formatSeconds(plan.secondsHigh)}`],
    ['', `by ${plan.basis}`],
    ...plan.warnings.map((warning): [string, string] => ['warning', warning]),
  ];
  for (const [name, value] of rows) output.text(`${name.padEnd(10)} ${value}`);
  output.data(TrainingPlan.toJSON(plan));
}
