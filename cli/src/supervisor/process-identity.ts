import { readFile } from 'node:fs/promises';

/** A process that cannot be taken for a later one with the same id. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks between the machine's start and the process's. */
  readonly startTicks: string;
}

const START_TIME_FIELD = 22;

/** Who has this process id now; undefined when nobody does. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The second field is the program's name in parentheses and may hold anything; the others are words.
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid, startTicks: afterName[START_TIME_FIELD - 3] ?? '' };
}

/** Whether this very process still runs. */
export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  return (await identifyProcess(identity.pid))?.startTicks === identity.startTicks;
}
