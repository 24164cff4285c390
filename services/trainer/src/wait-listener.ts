import type { Wait } from '@leti/clients';
import type { PhaseClock, TrainingRunEvent } from '@leti/leti';
import { throttled } from './throttled.ts';

/** While a service stays away, every group in flight waits for it; one of them tells, every so often. */
const NOTICE_EVERY_MS = 30_000;

/** What listens to waits for services: it measures them, and notes one of each service every so often. */
export function waitListener(clock: PhaseClock, note: (event: TrainingRunEvent) => void): (wait: Wait) => void {
  const tellers = new Map<string, (reason: string) => void>();
  const tellerOf = (service: string): ((reason: string) => void) => {
    const pass = (reason: string): void => note({ kind: 'notice', message: `waiting for the ${service}: ${reason}` });
    return throttled<[reason: string]>(NOTICE_EVERY_MS, () => false, pass);
  };
  return ({ service, reason, delayMs }) => {
    setTimeout(clock.start('wait'), delayMs).unref();
    const tell = tellers.get(service) ?? tellerOf(service);
    tellers.set(service, tell);
    tell(reason);
  };
}
