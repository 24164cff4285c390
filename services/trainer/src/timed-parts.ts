import type { Judge, PhaseClock, Sampler } from '@leti/leti';

/** The sampler with its time measured until the last group. */
export function timedSampler(sampler: Sampler, clock: PhaseClock): Sampler {
  return {
    async *sample(request, signal) {
      const stop = clock.start('sample');
      try {
        yield* sampler.sample(request, signal);
      } finally {
        stop();
      }
    },
  };
}

/** The judge with its time measured. */
export function timedJudge(judge: Judge, clock: PhaseClock): Judge {
  return {
    judge: (problem, solutions, signal) => clock.measure('evaluate', () => judge.judge(problem, solutions, signal)),
  };
}
