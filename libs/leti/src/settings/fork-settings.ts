import type { TrainingSettings } from './training-settings.ts';

/**
 * The settings of a run that is forked from another's checkpoint, where nobody says otherwise: the other's own, sampling
 * all it trains on, under the condition that the other's samples were to be drawn under after this iteration.
 *
 * @param iteration whose checkpoint; 0 is the other run's base
 */
export function forkSettings(settings: TrainingSettings, iteration: number): TrainingSettings {
  const { firstCondition, condition } = settings;
  const replay = { run: '', iterations: 0 };
  return { ...settings, firstCondition: iteration === 0 ? firstCondition : condition, replay };
}
