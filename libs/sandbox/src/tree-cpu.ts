import { readdirSync, readFileSync } from 'node:fs';

/** Of the clock in which the kernel tells CPU times; the same on all Linux machines. */
const TICKS_PER_SECOND = 100;

/** CPU seconds of a process, of all that run below it, and of those below it that have ended. 0 when it is gone.
 * Too low while something below it is just ending: who asks again and again keeps the highest. */
export function treeCpuSeconds(pid: number): number {
  try {
    // After the name, which may hold anything: state, parent, and so on; fields 14 to 17 are the four CPU times.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const times = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 15);
    const own = times.reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND;
    return childrenOf(pid).reduce((sum, child) => sum + treeCpuSeconds(child), own);
  } catch {
    return 0;
  }
}

function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    try {
      const list = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8');
      return list.split(' ').filter(Boolean).map(Number);
    } catch {
      return []; // The thread has just ended.
    }
  });
}
