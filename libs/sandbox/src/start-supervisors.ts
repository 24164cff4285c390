import { NoIsolationError } from './errors.ts';
import { defaultStateRoot } from './gvisor/state-folder.ts';
import { findRunsc } from './gvisor/find-runsc.ts';
import { createGvisorHost } from './gvisor/gvisor-host.ts';
import { describeInterpreter } from './gvisor/interpreter.ts';
import type { GvisorOptions, Runtime } from './runtime.ts';
import { createProcessHost, type SupervisorHost } from './supervisor-host.ts';
import { Supervisor, type SupervisorInfo } from './supervisor.ts';

const GIB = 2 ** 30;

/** What is to be started. */
export interface StartOptions {
  readonly runtime: 'auto' | Runtime;
  /** Nothing but gVisor will do. */
  readonly production: boolean;
  readonly slots: number;
  readonly python: string;
  readonly gvisor: GvisorOptions;
  /** The most memory that a program may have, bytes. */
  readonly memoryBytes: number;
}

/** Supervisors that wait for programs. */
export interface StartedSupervisors {
  readonly host: SupervisorHost;
  readonly info: SupervisorInfo;
  readonly supervisors: readonly Supervisor[];
}

/** Makes a host; several may be tried for one runtime. */
type HostMaker = () => Promise<SupervisorHost>;

/**
 * Starts supervisors in the first runtime that works here: for `auto` sandlock, many times faster, then gVisor; in production gVisor only.
 * @throws {NoIsolationError} with the reasons when none works
 */
export async function startSupervisors(options: StartOptions): Promise<StartedSupervisors> {
  const reasons: string[] = [];
  for (const runtime of runtimesToTry(options)) {
    try {
      return await startInOne(await hostMakers(runtime, options), options.slots);
    } catch (error) {
      if (!(error instanceof NoIsolationError)) throw error;
      reasons.push(options.runtime === 'auto' ? `${runtime}: ${error.reason}` : error.reason);
    }
  }
  throw new NoIsolationError(reasons.join('; '));
}

function runtimesToTry({ runtime, production }: StartOptions): readonly Runtime[] {
  if (!production) return runtime === 'auto' ? ['sandlock', 'gvisor'] : [runtime];
  if (runtime === 'auto' || runtime === 'gvisor') return ['gvisor'];
  throw new NoIsolationError(`production takes no runtime but gvisor, got '${runtime}'`);
}

async function startInOne(makers: readonly HostMaker[], slots: number): Promise<StartedSupervisors> {
  let first: NoIsolationError | undefined;
  for (const make of makers) {
    const host = await make();
    try {
      return await startAll(host, slots);
    } catch (error) {
      await host.close();
      if (!(error instanceof NoIsolationError)) throw error;
      first ??= error;
    }
  }
  throw first ?? new NoIsolationError('nothing to start');
}

async function startAll(host: SupervisorHost, slots: number): Promise<StartedSupervisors> {
  // One alone first: where it fails all would.
  const { supervisor, info } = await Supervisor.start(host);
  const rest = await Promise.allSettled(Array.from({ length: slots - 1 }, () => Supervisor.start(host)));
  const supervisors = [supervisor];
  for (const result of rest) if (result.status === 'fulfilled') supervisors.push(result.value.supervisor);
  const failed = rest.find((result) => result.status === 'rejected');
  if (failed === undefined) return { host, info, supervisors };
  await Promise.all(supervisors.map((started) => started.close()));
  throw failed.reason;
}

async function hostMakers(runtime: Runtime, options: StartOptions): Promise<readonly HostMaker[]> {
  const { python, gvisor, memoryBytes } = options;
  if (runtime !== 'gvisor') return [() => Promise.resolve(createProcessHost(runtime, python))];
  if (process.platform !== 'linux') throw new NoIsolationError('gVisor needs Linux');
  const runsc = findRunsc(gvisor.runscPath);
  if (runsc === undefined) throw new NoIsolationError(missingRunsc(gvisor.runscPath));
  const interpreter = await describeInterpreter(python);
  const { platform, stateRoot = defaultStateRoot() } = gvisor;
  const platforms = platform === undefined ? (['systrap', 'ptrace'] as const) : [platform];
  // Room for a program and its judge at their largest, their fork servers, and gVisor itself.
  const sandboxBytes = 2 * memoryBytes + GIB;
  const bounds = process.getuid?.() === 0 ? [sandboxBytes, undefined] : [undefined];
  return platforms.flatMap((one) =>
    bounds.map(
      (bound): HostMaker =>
        () =>
          createGvisorHost({ runsc, platform: one, interpreter, stateRoot, memoryBytes: bound }),
    ),
  );
}

function missingRunsc(path: string | undefined): string {
  if (path !== undefined) return `'${path}' is no runsc that runs`;
  return 'there is no runsc on the PATH or in .cache; tools/install-runsc.sh puts one there';
}
