import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** What tells one process from every other, also from a later one with the same id. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Since the machine's start, clock ticks, as /proc says. */
  readonly startTime: string;
  readonly host: string;
  /** The machine's start, and the process-id namespace in it: ids and start times mean nothing outside. */
  readonly bootId: string;
  readonly pidNamespace: string;
}

/** The identity of this process. */
export function thisProcess(): ProcessIdentity {
  return {
    pid: process.pid,
    startTime: startTimeOf(process.pid) ?? '',
    host: hostname(),
    bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    pidNamespace: readlinkSync('/proc/self/ns/pid'),
  };
}

/**
 * Whether a process still runs, as far as this one can tell. On another host it is taken to run. On the same host after
 * a restart of machine or container it does not.
 */
export function isRunning(other: ProcessIdentity): boolean {
  const own = thisProcess();
  if (other.host !== own.host) return true;
  if (other.bootId !== own.bootId || other.pidNamespace !== own.pidNamespace) return false;
  return startTimeOf(other.pid) === other.startTime;
}

/** Field 22 of /proc/PID/stat; undefined when there is no such process or it has ended and waits to be reaped. */
function startTimeOf(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name in field 2 may hold spaces and parentheses; field 3 follows the last parenthesis.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[22 - 3];
}
