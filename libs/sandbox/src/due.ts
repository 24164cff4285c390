/** What programs have made of a sandbox: it may not be what it was, or one of them passed a limit and nothing of it was left. */
export type Harm = 'doubt' | 'violation';

/**
 * Why a slot's sandbox is to be replaced. `lost`, for it is gone, and `doubt` mean at once: nothing runs in the slot before.
 * `violation` and `worn`, for the programs it has judged or its age, mean in its turn: it serves on meanwhile.
 */
export type Due = 'lost' | 'worn' | Harm;

/** What a supervisor tells of a program's end, by what it makes of the sandbox. */
const HARM: Readonly<Record<string, Harm>> = {
  // The program broke its channel, or gave its judge what crashed it: it looks for ways out.
  tampering: 'doubt',
  // Processes turned up after all had been killed: another may still hide.
  survivors: 'doubt',
  // The judge failed, was killed or ended without a verdict: whatever did that may do it again.
  judge_failed: 'doubt',
  process_limit: 'violation',
  memory_exceeded: 'violation',
};

/** @param violation as a supervisor tells it, none if the program did no harm; one that is not known leaves the sandbox in doubt */
export function harmOf(violation: string | null | undefined): Harm | undefined {
  return violation === null || violation === undefined ? undefined : (HARM[violation] ?? 'doubt');
}

/** Whether a sandbox that is due for this runs no program any more. */
export function isDueAtOnce(due: Due | undefined): due is 'lost' | 'doubt' {
  return due === 'lost' || due === 'doubt';
}
