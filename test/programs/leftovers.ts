import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine, processesOf } from '@leti/sandbox/testing';

const FOLDERS = ['/tmp', '/var/tmp', '/dev/shm', '/dev/mqueue', '/run', '/usr/lib', '/'];
/** Names that programs of this folder write under, and the least user id that programs run under where they have their own. */
const NAMES = /^(leti-left|leti-escape|leti_leak|leti_escape|\.?leti$)/;
const LEAST_PROGRAM_UID = 1_900_000_000;
/** Key of the System V objects that programs of this folder make. */
const KEY = 0x4c455449;

/** Command lines of processes below this one that run a program or judge one. */
export function leftForks(): string[] {
  return [...processesOf('candidate'), ...processesOf('judge')].map(commandLine);
}

/** Files outside of the sandbox that programs left where any program could write: by the names they use, or by their user. */
export function leftFiles(): string[] {
  return FOLDERS.flatMap((folder) => entriesOf(folder).map((name) => join(folder, name))).filter((path) => {
    if (NAMES.test(path.slice(path.lastIndexOf('/') + 1))) return true;
    try {
      return lstatSync(path).uid >= LEAST_PROGRAM_UID;
    } catch {
      return false; // gone meanwhile
    }
  });
}

/** System V shared memory, semaphores and queues of this machine that programs of this folder left. */
export function leftKernelObjects(): string[] {
  return ['shm', 'sem', 'msg'].filter((kind) => {
    try {
      const lines = readFileSync(`/proc/sysvipc/${kind}`, 'utf8').split('\n').slice(1);
      return lines.some((line) => Number(line.trim().split(/\s+/)[0]) === KEY);
    } catch {
      return false; // the kernel has none
    }
  });
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
