import type { Condition } from './solution.ts';
import type { ConditionScore } from './training-run.ts';

/** Scores after an iteration; iteration 0 is the base checkpoint. The first condition decides. */
export interface ValidationPoint {
  readonly iteration: number;
  readonly scores: readonly ConditionScore[];
}

/** When the loop validates, and what follows from it. */
export interface ValidationPlan {
  /** At least one; the first decides which iteration is best. */
  readonly conditions: readonly Condition[];
  /** After every so many iterations, and after the last. */
  readonly every: number;
  /** Ends the run after so many validations in a row without a better score; 0 never does. */
  readonly patience: number;
}

/**
 * Conditions to sample under at an iteration. The base checkpoint knows no reward token, so it is scored without one,
 * whatever the plan says.
 */
export function conditionsAt(plan: ValidationPlan, iteration: number): readonly Condition[] {
  return iteration === 0 ? ['none'] : plan.conditions;
}

/** Whether the loop validates after an iteration. */
export function validatesAt(plan: ValidationPlan, iteration: number, iterations: number): boolean {
  return iteration % plan.every === 0 || iteration === iterations;
}

/** The mean over problems of the share of samples that passed; 0 for a score without it. */
export function passAt1({ passAtK }: ConditionScore): number {
  return passAtK.find(({ k }) => k === 1)?.estimate ?? 0;
}

/** The earliest of the points with the highest deciding score; undefined without any. */
export function bestPoint(points: readonly ValidationPoint[]): ValidationPoint | undefined {
  const score = ({ scores }: ValidationPoint): number => (scores[0] === undefined ? -Infinity : passAt1(scores[0]));
  return points.reduce<ValidationPoint | undefined>(
    (best, point) => (best === undefined || score(point) > score(best) ? point : best),
    undefined,
  );
}

/** Whether so many points in a row, the latest ones, are no better than the best before them. */
export function patienceIsOver(points: readonly ValidationPoint[], patience: number): boolean {
  const best = bestPoint(points);
  return patience > 0 && best !== undefined && points.length - 1 - points.indexOf(best) >= patience;
}
