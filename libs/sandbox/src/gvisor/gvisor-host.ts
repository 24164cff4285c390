import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { NoIsolationError } from '../errors.ts';
import { SUPERVISOR_SCRIPT } from '../python-files.ts';
import type { GvisorPlatform } from '../runtime.ts';
import { sweepProcesses } from '../sweep-processes.ts';
import type { Launch, SupervisorHost } from '../supervisor-host.ts';
import { GUEST_PACKAGE, GUEST_SCRATCH, writeBundle } from './bundle.ts';
import type { Runsc } from './find-runsc.ts';
import type { Interpreter } from './interpreter.ts';
import { createStateFolder, deadStateFolders } from './state-folder.ts';

const SCRATCH_BYTES = 64 * 2 ** 20;
const CGROUPS = '/sys/fs/cgroup';

/** How sandboxes are made. */
export interface GvisorHostOptions {
  readonly runsc: Runsc;
  readonly platform: GvisorPlatform;
  readonly interpreter: Interpreter;
  readonly stateRoot: string;
  /** Memory of a sandbox with all that runs in it, bytes, enforced by a cgroup; undefined where none can be made. */
  readonly memoryBytes: number | undefined;
}

/**
 * Supervisors inside gVisor sandboxes, one each. Ends and clears away sandboxes whose owner died without doing so.
 * @throws {NoIsolationError} when the state root cannot be used
 */
export async function createGvisorHost(options: GvisorHostOptions): Promise<SupervisorHost> {
  const { runsc, stateRoot } = options;
  const own = await createStateFolder(stateRoot).catch((error: unknown) => {
    throw new NoIsolationError(error instanceof Error ? error.message : String(error));
  });
  for (const folder of await deadStateFolders(stateRoot)) {
    for (const id of sandboxesIn(folder)) await removeSandbox(runsc, folder, id);
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    runtime: 'gvisor',
    launch: () => Promise.resolve(launch(options, own.path)),
    close() {
      own.close();
      return Promise.resolve();
    },
  };
}

function launch({ runsc, platform, interpreter, memoryBytes }: GvisorHostOptions, folder: string): Launch {
  const id = `leti-${randomUUID()}`;
  const bundle = join(folder, id);
  mkdirSync(bundle, { mode: 0o700 });
  const settings = {
    runtime: 'gvisor',
    runtimeVersion: `${runsc.version} (${platform})`,
    scratch: GUEST_SCRATCH,
    caveats: memoryBytes === undefined ? ['No cgroup bounds the memory of a sandbox as a whole.'] : [],
  };
  const script = join(GUEST_PACKAGE, 'run_supervisor.py');
  writeBundle(bundle, {
    interpreter,
    packageFolder: dirname(SUPERVISOR_SCRIPT),
    args: ['-s', '-S', '-B', script, JSON.stringify(settings)],
    scratchBytes: SCRATCH_BYTES,
    cgroup: memoryBytes === undefined ? undefined : { path: `/${id}`, memoryBytes },
  });
  const flags = [
    ...rootFlags(folder),
    `-platform=${platform}`,
    '-network=none',
    '-overlay2=none',
    // Nothing changes the interpreter while it is in use, and asking each time is dear.
    '-file-access-mounts=exclusive',
    ...(memoryBytes === undefined ? ['-ignore-cgroups'] : []),
  ];
  return {
    command: runsc.path,
    args: [...flags, 'run', '-bundle', bundle, id],
    env: { PATH: process.env['PATH'] },
    token: id,
    dispose: () => removeSandbox(runsc, folder, id),
  };
}

/** Flags for every call of runsc on sandboxes of `folder`. */
function rootFlags(folder: string): string[] {
  return [`-root=${join(folder, 'state')}`, ...(process.getuid?.() === 0 ? [] : ['-rootless'])];
}

function sandboxesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.startsWith('leti-'));
  } catch {
    // Another process that starts just now clears it away.
    return [];
  }
}

/** Ends what runs of a sandbox and removes what it left: processes, cgroups, state, bundle. */
async function removeSandbox(runsc: Runsc, folder: string, id: string): Promise<void> {
  await sweepProcesses(id);
  const remove = promisify(execFile)(runsc.path, [...rootFlags(folder), 'delete', '-force', id], { timeout: 10_000 });
  // It complains of what has never started.
  await remove.catch(() => {});
  removeCgroups(id);
  rmSync(join(folder, id), { recursive: true, force: true });
}

/** runsc leaves the cgroups of a sandbox that was killed while it started. One that is in use cannot be removed. */
function removeCgroups(id: string): void {
  const hierarchies = existsSync(CGROUPS) ? readdirSync(CGROUPS).map((name) => join(CGROUPS, name)) : [];
  for (const hierarchy of [CGROUPS, ...hierarchies]) {
    try {
      rmdirSync(join(hierarchy, id));
    } catch {
      // Most have none.
    }
  }
}
