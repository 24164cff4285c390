import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { NoIsolationError } from './errors.ts';
import { SPEED_SCRIPT } from './python-files.ts';

/**
 * CPU seconds of one round of work (python/leti_sandbox/speed.py) on the reference machine: CPython 3.11.7 on one core of an AMD EPYC
 * (family 25, model 17, 2.6 GHz), the least of 20 runs of python/run_speed.py with nothing else running.
 */
const REFERENCE_ROUND_SECONDS = 0.00063;
/** Beyond these a measurement is taken for a mistake. */
const MOST = 8;
const LEAST = 0.25;
const MEASURE_MS = 20_000;

/** How fast an interpreter is on this machine. */
export interface Speed {
  /** CPU time here for one unit on the reference machine, in [0.25, 8]. */
  readonly cpuScale: number;
  /** CPU seconds of one round of work when nothing disturbs it; 0 when it was not measured. */
  readonly roundSeconds: number;
}

/** A scale that was chosen, for verdicts that do not depend on a measurement. @throws {RangeError} outside [0.25, 8] */
export function fixedSpeed(cpuScale: number): Speed {
  if (!(cpuScale >= LEAST && cpuScale <= MOST))
    throw new RangeError(`cpuScale must be in [${LEAST}, ${MOST}], got ${cpuScale}`);
  return { cpuScale, roundSeconds: 0 };
}

/**
 * Measures CPU time, of which the least of many tries counts, so that others on the machine hardly matter. Takes a quarter of
 * a second.
 * @throws {NoIsolationError} when the interpreter does not run
 */
export async function measureSpeed(python: string): Promise<Speed> {
  const roundSeconds = Number(await run(python));
  if (!(roundSeconds > 0)) throw new NoIsolationError(`${python} did not measure its speed`);
  return speedOf(roundSeconds);
}

/** The speed of an interpreter that needs that many CPU seconds for a round of work, above 0. */
function speedOf(roundSeconds: number): Speed {
  const ratio = Math.round((100 * roundSeconds) / REFERENCE_ROUND_SECONDS) / 100;
  return { cpuScale: Math.min(MOST, Math.max(LEAST, ratio)), roundSeconds };
}

async function run(python: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(python, ['-s', '-S', '-B', SPEED_SCRIPT], { timeout: MEASURE_MS });
    return stdout;
  } catch (error) {
    throw new NoIsolationError(
      `the interpreter does not run: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
