import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { NoIsolationError } from '../errors.ts';

/** What a Python interpreter consists of on this machine. Absolute paths without symbolic links. */
export interface Interpreter {
  readonly executable: string;
  /** The folder under which it finds its library, wherever that folder is. */
  readonly prefix: string;
  /** Folders of its standard library and of the shared libraries that it loads. */
  readonly folders: readonly string[];
}

const DESCRIBE = `
import json, os, sys
executable = os.path.realpath(getattr(sys, "_base_executable", sys.executable) or sys.executable)
folders = [os.path.realpath(path) for path in sys.path if path and os.path.isdir(path)]
with open("/proc/self/maps") as maps:
    for line in maps:
        path = line.rstrip("\\n").partition("/")[2]
        if ".so" in path:
            folders.append(os.path.dirname(os.path.realpath("/" + path)))
prefix = os.path.realpath(sys.base_prefix)
print(json.dumps({"executable": executable, "prefix": prefix, "folders": sorted(set(folders))}))
`;

/** Asks `python` (a command or a path) what it consists of. @throws {NoIsolationError} when it does not run */
export async function describeInterpreter(python: string): Promise<Interpreter> {
  try {
    const { stdout } = await promisify(execFile)(python, ['-I', '-S', '-B', '-c', DESCRIBE]);
    return JSON.parse(stdout) as Interpreter;
  } catch (error) {
    throw new NoIsolationError(`the interpreter '${python}' does not run: ${String(error)}`);
  }
}
