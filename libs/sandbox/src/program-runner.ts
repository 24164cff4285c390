import { availableParallelism } from 'node:os';
import type { Evaluation, Limits, Program } from '@leti/leti';
import { assertPython } from './assert-python.ts';
import { fixedSpeed, measureSpeed } from './cpu-scale.ts';
import { EvaluationCache, type CacheCounts } from './evaluation-cache.ts';
import type { Caller } from './fair-queue.ts';
import { DEFAULT_LIMITS, MAX_LIMITS, resolveLimits, scaleLimits } from './limits.ts';
import { Reserve } from './reserve.ts';
import { SlotPool, type PoolCounts, type RunnerLoad } from './slot-pool.ts';
import { Slot } from './slot.ts';
import type { GvisorOptions, Runtime } from './runtime.ts';
import { startSupervisors } from './start-supervisors.ts';
import type { SupervisorInfo } from './supervisor.ts';

/** What a runner is made of. */
export interface ProgramRunnerOptions {
  /**
   * `auto` takes sandlock, or gVisor where that does not work; `unsafe-process` runs programs with resource limits and
   * nothing else, and is taken only when asked for by name.
   */
  readonly runtime: 'auto' | Runtime;
  /** Refuses every runtime but gVisor; `auto` then means it. @default false */
  readonly production?: boolean;
  readonly gvisor?: GvisorOptions;
  /** Programs judged at the same time, at least 1. @default the number of cores */
  readonly slots?: number;
  /** Bounds on programs that ask for none. */
  readonly defaultLimits?: Partial<Limits>;
  /** What programs may ask for at most. */
  readonly maxLimits?: Partial<Limits>;
  /** The interpreter that runs programs. @default python3 */
  readonly pythonPath?: string;
  /** Verdicts kept for programs that come again; 0 keeps none. @default 20 000 */
  readonly keptVerdicts?: number;
  /** Programs after which a slot's sandbox is replaced. @default 5 000 */
  readonly recycleAfter?: number;
  /** Age after which a slot's sandbox is replaced, milliseconds. @default 30 minutes */
  readonly recycleAfterMs?: number;
  /**
   * CPU time that a program gets here for each unit it asks for, in [0.25, 8]. @default measured: what this machine and
   * interpreter need for one unit of the reference machine
   */
  readonly cpuScale?: number;
}

const NOBODY: Caller = { client: '', call: undefined };

/** What runs the programs, and its bounds. */
export interface RunnerInfo extends SupervisorInfo {
  readonly slots: number;
  readonly defaultLimits: Limits;
  readonly maxLimits: Limits;
  /** CPU time here for one unit on the reference machine; limits that programs ask for are multiplied by it. */
  readonly cpuScale: number;
}

/** Programs run, programs that another's verdict answered, and what became of the sandboxes. */
export type RunnerCounts = CacheCounts & PoolCounts;

/** Judges programs. */
export interface ProgramRunner {
  /**
   * The verdict on a program; waits for a free slot.
   * @param options.signal kills the program; the promise then rejects with the signal's reason
   * @param options.caller takes turns with others when programs wait; by default all who name none are one
   * @throws {InvalidLimitsError} @throws {InvalidProgramError} @throws {VerifierFailedError}
   * @throws {SandboxLostError} when the sandbox died twice under it
   */
  evaluate(program: Program, options?: { signal?: AbortSignal; caller?: Caller }): Promise<Evaluation>;
  readonly info: RunnerInfo;
  /** What it has done since it was started. */
  readonly counts: RunnerCounts;
  /** What it does just now. */
  readonly load: RunnerLoad;
  /** Refuses programs that wait, lets running ones end, ends every process. */
  close(): Promise<void>;
}

/**
 * Starts a runner and all its sandboxes.
 * @throws {NoIsolationError} with the reason when nothing can isolate and unsafe was not asked for
 * @throws {NoPythonError} when the interpreter is not there
 */
export async function createProgramRunner(options: ProgramRunnerOptions): Promise<ProgramRunner> {
  const {
    slots = availableParallelism(),
    pythonPath = 'python3',
    keptVerdicts = 20_000,
    recycleAfter = 5_000,
    recycleAfterMs = 30 * 60_000,
  } = options;
  if (!Number.isInteger(slots) || slots < 1)
    throw new RangeError(`slots must be a whole number of at least 1, got ${slots}`);
  const maxLimits = { ...MAX_LIMITS, ...options.maxLimits };
  const defaultLimits = resolveLimits(
    { ...lesser(DEFAULT_LIMITS, maxLimits), ...options.defaultLimits },
    DEFAULT_LIMITS,
    maxLimits,
  );
  const { runtime, production = false, gvisor = {} } = options;
  const { memoryBytes } = maxLimits;
  await assertPython(pythonPath);
  const { cpuScale, roundSeconds } =
    options.cpuScale === undefined ? await measureSpeed(pythonPath) : fixedSpeed(options.cpuScale);
  const started = await startSupervisors({ runtime, production, slots, python: pythonPath, gvisor, memoryBytes });
  const { host, info, supervisors } = started;
  const reserve = new Reserve(host);
  const slotOptions = { reserve, roundSeconds, recycleAfter, recycleAfterMs };
  const pool = new SlotPool(supervisors.map((supervisor) => new Slot(slotOptions, supervisor)));
  const cache = new EvaluationCache(
    (program, signal, caller) =>
      pool.judge({ ...program, limits: scaleLimits(program.limits, cpuScale) }, signal, caller),
    keptVerdicts,
  );
  return {
    info: { ...info, slots, defaultLimits, maxLimits, cpuScale },
    get counts() {
      return { ...cache.counts, ...pool.counts };
    },
    get load() {
      return pool.load;
    },
    async evaluate(program, { signal, caller = NOBODY } = {}) {
      const limits = resolveLimits(program.limits, defaultLimits, maxLimits);
      const verdict = await cache.evaluate({ ...program, limits }, caller, signal);
      return { programId: program.programId, ...verdict };
    },
    async close() {
      await pool.close();
      await reserve.close();
      await host.close();
    },
  };
}

function lesser(limits: Limits, max: Limits): Limits {
  const entries = (Object.keys(limits) as (keyof Limits)[]).map((key) => [key, Math.min(limits[key], max[key])]);
  return Object.fromEntries(entries) as unknown as Limits;
}
