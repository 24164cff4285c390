import type { Sampler } from '@leti/leti';
import type { Turn } from './turn.ts';

/**
 * A sampler that waits for those who sample before it. A generator holds one model: two runs that sampled at once would
 * load over each other for ever.
 */
export function inTurn(sampler: Sampler, turn: Turn): Sampler {
  return {
    async *sample(request, signal) {
      const end = await turn.take(signal);
      try {
        yield* sampler.sample(request, signal);
      } finally {
        end();
      }
    },
  };
}
