import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { allProcesses, commandLine, descendants, memory } from '../../src/testing/process-tree.ts';

/** Memory of what runs below this process, at one moment. */
export interface MemorySample {
  readonly afterPrograms: number;
  readonly processes: number;
  readonly rssBytes: number;
  readonly pssBytes: number;
  /** Of this process. */
  readonly ownRssBytes: number;
  /** What is alive in this process, right after a collection of garbage. */
  readonly ownHeapBytes: number;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const TOKEN = /"token": ?"([^"]+)"/;

/** Watches the sandboxes of this process: their memory, and whether any of their processes gets out of sight. */
export class SandboxProcesses {
  readonly samples: MemorySample[] = [];
  readonly #tokens = new Set<string>();
  #mostOrphans = 0;

  /** Most processes seen at once that carry the mark of one of our sandboxes and are not below this process. */
  get mostOrphans(): number {
    return this.#mostOrphans;
  }

  sample(afterPrograms: number): void {
    const below = descendants(process.pid);
    for (const pid of below) {
      const token = TOKEN.exec(commandLine(pid))?.[1];
      if (token !== undefined && token !== '') this.#tokens.add(token);
    }
    this.samples.push({
      afterPrograms,
      processes: below.length,
      ...memory(below),
      ownRssBytes: process.memoryUsage.rss(),
      ownHeapBytes: liveBytes(),
    });
    this.#mostOrphans = Math.max(this.#mostOrphans, this.#marked(new Set(below)));
  }

  /** After the end of all sandboxes: how many of their processes there still are. */
  left(): number {
    return this.#marked(new Set());
  }

  #marked(known: ReadonlySet<number>): number {
    // A fork that has just lost its parent may be on its way to its sub-reaper: what matters is still there later.
    const marked = (pid: number): boolean => {
      const command = commandLine(pid);
      return [...this.#tokens].some((token) => command.includes(token));
    };
    const strange = allProcesses().filter((pid) => pid !== process.pid && !known.has(pid) && marked(pid));
    const below = new Set(descendants(process.pid));
    return strange.filter((pid) => !below.has(pid) && marked(pid)).length;
  }
}

function liveBytes(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
