import { type Evaluation, type Outcome, OUTCOMES } from '@leti/leti';
import { type Estimate, meanPassAtK } from '@leti/metrics';
import type { SampleCounts } from './check-samples.ts';

/** k of pass@k that papers tell. */
const USUAL_KS = [1, 10, 100];

/** The k's to tell: those asked for, else the usual ones that every attempted problem has samples for. */
export function chooseKs(counts: SampleCounts, asked: readonly number[] | undefined): readonly number[] {
  const fewest = Math.min(...counts.values());
  return asked ?? USUAL_KS.filter((k) => k <= fewest);
}

/** Adds up verdicts on samples. */
export class SampleScore {
  readonly outcomes: Record<Outcome, number> = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<
    Outcome,
    number
  >;
  /** Samples with a verdict. */
  total = 0;
  /** Of them, those that were given the verdict on another. */
  reused = 0;
  /** The program that took the most processor time. */
  slowest: { readonly line: number; readonly problem: string; readonly cpuTimeMs: number } | undefined;
  readonly #problems = new Map<string, { n: number; c: number }>();

  get passed(): number {
    return this.outcomes.passed;
  }

  add(line: number, problem: string, { outcome, cpuTimeMs, executions }: Evaluation): void {
    this.total += 1;
    this.outcomes[outcome] += 1;
    if (executions === 0) this.reused += 1;
    if (cpuTimeMs > (this.slowest?.cpuTimeMs ?? -1)) this.slowest = { line, problem, cpuTimeMs };
    const { n, c } = this.#problems.get(problem) ?? { n: 0, c: 0 };
    this.#problems.set(problem, { n: n + 1, c: c + (outcome === 'passed' ? 1 : 0) });
  }

  /** Mean over attempted problems with its 95 % interval. @throws {RangeError} when a problem has fewer samples than k */
  passAtK(k: number): Estimate {
    return meanPassAtK([...this.#problems.values()], k);
  }
}
