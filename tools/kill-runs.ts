// Training runs with a random process killed at a random moment each: node tools/kill-runs.ts --runs 30 --seed 1
// Prints a line per run. Exit status 1, and the store is kept, when one of them is not as if nothing had happened.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killRuns } from '../test/e2e/testing/kill-runs.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '30' }, seed: { type: 'string', default: '1' } },
});
const store = await mkdtemp(join(tmpdir(), 'leti-kill-'));
const started = performance.now();
const runs = await killRuns({
  store,
  runs: Number(values.runs),
  seed: BigInt(values.seed),
  onRun({ victim, pid, afterEvent, delayMs, seconds, digest, faults }, index) {
    const when = `after event ${String(afterEvent).padStart(3)} + ${String(delayMs).padStart(3)} ms`;
    const weights = digest.slice(0, 'sha256:'.length + 12);
    const verdict = faults.length === 0 ? 'as undisturbed' : faults.join('; ');
    const whom = `${victim} (${pid})`.padEnd(26);
    console.log(
      `${String(index + 1).padStart(3)}  ${whom} ${when}  ${seconds.toFixed(1).padStart(5)} s  ${weights}  ${verdict}`,
    );
  },
});
const faulty = runs.filter(({ faults }) => faults.length > 0).length;
const minutes = (performance.now() - started) / 60_000;
console.log(`${runs.length} runs, ${faulty} not as undisturbed, ${minutes.toFixed(1)} min`);
if (faulty === 0) await rm(store, { recursive: true, force: true });
else console.log(`the store is kept: ${store}`);
process.exitCode = faulty === 0 ? 0 : 1;
