import { existsSync, lstatSync, mkdirSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { Interpreter } from './interpreter.ts';

/** Where the guest sees the sandbox's own Python package. */
export const GUEST_PACKAGE = '/opt/leti';
/** Where the guest has its only writable files. */
export const GUEST_SCRATCH = '/scratch';

const GUEST_PYTHON = '/opt/python';

/** System folders that interpreters need, as far as the machine has them; shown under their own names. */
const SYSTEM = ['/usr/lib', '/usr/lib64', '/lib', '/lib64', '/usr/share/zoneinfo'];

/** What the guest's root keeps: it gives programs users of their own, hides /proc from them, and ends them. */
const CAPABILITIES = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'SETGID', 'SETUID', 'SYS_ADMIN'].map(
  (name) => `CAP_${name}`,
);

/** What a sandbox is made of. */
export interface BundleOptions {
  readonly interpreter: Interpreter;
  /** Folder of the sandbox's Python package on this machine. */
  readonly packageFolder: string;
  /** The interpreter's arguments inside the guest. */
  readonly args: readonly string[];
  /** Size of all that programs can write, bytes. */
  readonly scratchBytes: number;
  /** Memory of the sandbox's cgroup, bytes, and the cgroup's path; undefined for no cgroup. */
  readonly cgroup: { readonly path: string; readonly memoryBytes: number } | undefined;
}

/**
 * Writes an OCI bundle into the empty folder `folder`: a root that holds mount points only and cannot be written, the
 * interpreter and its libraries read-only, one sized scratch file system, no network.
 */
export function writeBundle(folder: string, options: BundleOptions): void {
  const { interpreter, packageFolder, args, scratchBytes, cgroup } = options;
  const root = join(folder, 'root');
  mkdirSync(root);
  const mounts = [
    { destination: '/proc', type: 'proc', source: 'proc' },
    tmpfs('/dev', 64 * 2 ** 10, '0755'),
    // Without it the guest would get a writable one of any size.
    tmpfs('/tmp', 64 * 2 ** 10, '0555'),
    tmpfs(GUEST_SCRATCH, scratchBytes, '0711'),
    bind(packageFolder, GUEST_PACKAGE),
  ];
  const shown = [...SYSTEM, ...interpreter.folders, interpreter.executable].filter((path) => existsSync(path));
  for (const path of outermost(shown)) {
    if (lstatSync(path).isSymbolicLink()) symlinkSync(readlinkSync(path), join(root, path));
    else mounts.push(bind(path, guestPath(path, interpreter)));
  }
  const executable = guestPath(interpreter.executable, interpreter);
  const libraries = outermost(interpreter.folders).filter((path) => !isBelow(path, SYSTEM));
  for (const { destination, source } of mounts) {
    const point = join(root, destination);
    const isFile = source.startsWith('/') && !statSync(source).isDirectory();
    mkdirSync(isFile ? dirname(point) : point, { recursive: true, mode: 0o755 });
    if (isFile) writeFileSync(point, '');
  }
  const config = {
    ociVersion: '1.0.0',
    root: { path: root, readonly: true },
    hostname: 'sandbox',
    process: {
      user: { uid: 0, gid: 0 },
      args: [executable, ...args],
      cwd: '/',
      env: [
        'PATH=/usr/bin:/bin',
        'HOME=/',
        'LC_ALL=C.UTF-8',
        `TMPDIR=${GUEST_SCRATCH}`,
        // Its own shared library may be named by a path of this machine, or found by a cache that is not shown.
        `LD_LIBRARY_PATH=${libraries.map((path) => guestPath(path, interpreter)).join(':')}`,
      ],
      capabilities: { bounding: CAPABILITIES, effective: CAPABILITIES, permitted: CAPABILITIES },
      noNewPrivileges: true,
      rlimits: [{ type: 'RLIMIT_NOFILE', hard: 1024, soft: 1024 }],
    },
    mounts,
    linux: {
      namespaces: ['pid', 'ipc', 'uts', 'mount', 'network'].map((type) => ({ type })),
      ...(cgroup !== undefined && {
        cgroupsPath: cgroup.path,
        resources: { memory: { limit: cgroup.memoryBytes } },
      }),
    },
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
}

interface Mount {
  readonly destination: string;
  readonly type: string;
  readonly source: string;
  readonly options?: readonly string[];
}

function tmpfs(destination: string, bytes: number, mode: string): Mount {
  return {
    destination,
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', 'nodev', 'noexec', `size=${bytes}`, `mode=${mode}`],
  };
}

function bind(source: string, destination: string): Mount {
  return { destination, type: 'bind', source, options: ['rbind', 'ro', 'nosuid', 'nodev'] };
}

/** Where the guest sees a path of the interpreter: a place of its own in place of a home directory or the like. */
function guestPath(path: string, { prefix }: Interpreter): string {
  const isOwn = prefix !== '/usr' && prefix !== '/' && (path === prefix || path.startsWith(prefix + sep));
  return isOwn ? join(GUEST_PYTHON, relative(prefix, path)) : path;
}

/** Paths that lie in none of the others. */
function outermost(paths: readonly string[]): string[] {
  const unique = [...new Set(paths)].toSorted();
  return unique.filter((path) => !isBelow(path, unique));
}

/** Whether `path` lies in one of `folders`, or in what one of them is a link to. */
function isBelow(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path.startsWith(folder + sep));
}
