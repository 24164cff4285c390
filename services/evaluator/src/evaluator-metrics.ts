import type { Evaluation } from '@leti/leti';
import { Counter, Histogram, type Registry } from '@leti/monitoring';
import { rpcErrorFrom } from '@leti/rpc';
import type { ProgramRunner } from '@leti/sandbox';
import type { Admission } from './admission.ts';
import { observeAdmission, observeRunner } from './observed-figures.ts';
import { STATUSES } from './statuses.ts';

const SECONDS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 300];

/** Counts what the evaluator does. Labels are outcomes, status codes and the like; nothing a caller sends becomes one. */
export class EvaluatorMetrics {
  readonly #verdicts: Counter<'outcome' | 'source'>;
  readonly #verdictSeconds: Histogram;
  readonly #cpuSeconds: Histogram;
  readonly #failures: Counter<'code'>;

  constructor(registry: Registry, runner: ProgramRunner, admission: Admission) {
    const registers = [registry];
    this.#verdicts = new Counter({
      name: 'leti_evaluator_verdicts_total',
      help: 'Verdicts, by how the program ended and whether it was run for this one.',
      labelNames: ['outcome', 'source'],
      registers,
    });
    this.#verdictSeconds = new Histogram({
      name: 'leti_evaluator_verdict_seconds',
      help: 'From a program read to its verdict, waiting included.',
      buckets: SECONDS,
      registers,
    });
    this.#cpuSeconds = new Histogram({
      name: 'leti_evaluator_program_cpu_seconds',
      help: 'Processor time of programs that were run, with their judges.',
      buckets: SECONDS,
      registers,
    });
    this.#failures = new Counter({
      name: 'leti_evaluator_failures_total',
      help: 'Programs without a verdict, by gRPC status. UNAVAILABLE: the sandbox was lost twice.',
      labelNames: ['code'],
      registers,
    });
    observeRunner(registry, runner);
    observeAdmission(registry, admission);
  }

  /** @param seconds since the program was read */
  verdict({ outcome, executions, cpuTimeMs }: Evaluation, seconds: number): void {
    this.#verdicts.inc({ outcome, source: executions === 0 ? 'given_again' : 'run' });
    this.#verdictSeconds.observe(seconds);
    if (executions > 0) this.#cpuSeconds.observe(cpuTimeMs / 1000);
  }

  /** A program gets no verdict; or a stream was refused. */
  failure(error: unknown): void {
    this.#failures.inc({ code: rpcErrorFrom(error, STATUSES).code });
  }
}
