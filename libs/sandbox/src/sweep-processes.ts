import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const ROUNDS = 50;
const PAUSE_MS = 10;

/**
 * Kills every process that has `token` in its command line, again and again until none is left: what a killed supervisor
 * leaves of its programs. They cannot shed the token, for they only ever fork.
 * @returns how many processes were found
 */
export async function sweepProcesses(token: string): Promise<number> {
  const killed = new Set<number>();
  for (let round = 0; round < ROUNDS; round++) {
    const found = await processesWith(token);
    if (found.length === 0) break;
    for (const pid of found) {
      killed.add(pid);
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
    await sleep(PAUSE_MS);
  }
  return killed.size;
}

async function processesWith(token: string): Promise<number[]> {
  const entries = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const commands = await Promise.all(
    entries.map((entry) => readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '')),
  );
  return entries.filter((_, place) => commands[place]?.includes(token)).map(Number);
}
