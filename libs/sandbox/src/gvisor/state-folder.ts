import { randomUUID } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const OWNER = 'owner';
const STARTING_MS = 60_000;
/** Short, for the path of a socket has at most 107 bytes; nothing else in a root is ever touched. */
const NAME = /^(?:new-)?sandboxes-[0-9a-f]{12}$/;

/** Where the files of running sandboxes are, by default; one folder for each user. */
export function defaultStateRoot(): string {
  return join(tmpdir(), `leti-gvisor-${process.getuid?.() ?? 0}`);
}

/** A folder that is this process's own for as long as the process lives. */
export interface StateFolder {
  readonly path: string;
  /** Removes it with all it holds. */
  close(): void;
}

/**
 * Makes a folder in `root`. The process listens on a socket in it, and that tells it from one whose owner is dead: the kernel
 * closes the socket however the process ends, and a process id may mean another process by then.
 */
export async function createStateFolder(root: string): Promise<StateFolder> {
  mkdirSync(root, { recursive: true, mode: 0o700 });
  if (!isOwn(root)) throw new Error(`the folder of sandboxes ${root} must belong to user ${process.getuid?.()} alone`);
  const name = `sandboxes-${randomUUID().slice(-12)}`;
  const starting = join(root, `new-${name}`);
  const path = join(root, name);
  mkdirSync(starting, { mode: 0o700 });
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(join(starting, OWNER), resolve);
  });
  server.unref();
  renameSync(starting, path);
  return {
    path,
    close() {
      rmSync(path, { recursive: true, force: true });
      server.close();
    },
  };
}

/** Folders in `root` whose owners are dead; none where the root is not this user's own. */
export async function deadStateFolders(root: string): Promise<string[]> {
  if (!isOwn(root)) return [];
  const names = readdirSync(root).filter((name) => NAME.test(name));
  const dead = await Promise.all(
    names.map(async (name) => {
      const path = join(root, name);
      return (await hasOwner(join(path, OWNER))) || isStarting(path, name) ? [] : [path];
    }),
  );
  return dead.flat();
}

/** Whether a path is a folder, not a link to one, that this user alone can change. */
function isOwn(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}

function hasOwner(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    connection.once('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT'),
    );
  });
}

function isStarting(path: string, name: string): boolean {
  if (!name.startsWith('new-')) return false;
  try {
    return Date.now() - statSync(path).mtimeMs < STARTING_MS;
  } catch {
    return true;
  }
}
