import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;
const KIB = 1024;

/** Ids of all processes below `pid`, at whatever depth. */
export function descendants(pid: number): number[] {
  const children = childrenById();
  const found: number[] = [];
  const left = [pid];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const below = children.get(next) ?? [];
    found.push(...below);
    left.push(...below);
  }
  return found;
}

/** Ids of the children of each process that has some, at one moment. */
export function childrenById(): ReadonlyMap<number, readonly number[]> {
  const children = new Map<number, number[]>();
  for (const pid of allProcesses()) {
    const parent = Number(statFields(pid)?.[1]);
    if (parent) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  return children;
}

/** Processor seconds, user and system, of these processes and of all their children that have ended. Resolution 10 ms. */
export function cpuSeconds(pids: readonly number[]): number {
  const ticks = pids.map((pid) =>
    (statFields(pid)?.slice(11, 15) ?? []).reduce((sum, field) => sum + Number(field), 0),
  );
  return ticks.reduce((sum, each) => sum + each, 0) / TICKS_PER_SECOND;
}

/** Memory of these processes together. `pssBytes` divides what processes share among them, `rssBytes` counts it in each. */
export function memory(pids: readonly number[]): { rssBytes: number; pssBytes: number } {
  let [rssBytes, pssBytes] = [0, 0];
  for (const pid of pids) {
    const text = read(`/proc/${pid}/smaps_rollup`) ?? '';
    rssBytes += Number(/^Rss:\s+(\d+)/m.exec(text)?.[1] ?? 0) * KIB;
    pssBytes += Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0) * KIB;
  }
  return { rssBytes, pssBytes };
}

/** The command line of a process with spaces between its words; empty when it has ended. */
export function commandLine(pid: number): string {
  return (read(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' ');
}

/** Ids of all processes that can be seen. */
export function allProcesses(): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);
}

/** Fields of /proc/PID/stat from the state on. */
function statFields(pid: number): string[] | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // The name, in parentheses, may hold anything.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
