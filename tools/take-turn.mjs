import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NAME = /^setup\.(\d+)\.lock$/;

/** Who a process is, also when its id is used again: id and start in clock ticks; undefined when there is none. */
function identityOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in field 2 may hold anything; the start is field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : `${pid} ${fields[22 - 3]}`;
  } catch {
    return undefined;
  }
}

const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/**
 * Waits until no other process has the turn in this folder, and takes it until this process exits.
 *
 * Each holder has a file of its own, setup.N.lock with N one more than the last, made whole by link(), which succeeds for
 * one process only. So of those that find the same dead holder one follows it, and nobody removes a living one's file.
 */
export function takeTurn(folder) {
  mkdirSync(folder, { recursive: true });
  const pathOf = (generation) => join(folder, `setup.${generation}.lock`);
  const temporary = join(folder, `.setup.${process.pid}.tmp`);
  const generations = () =>
    readdirSync(folder)
      .flatMap((name) => NAME.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  let told = false;
  for (;;) {
    const found = generations();
    const last = found.at(-1) ?? 0;
    const holder = last === 0 ? '' : readHolder(pathOf(last));
    const [pid] = holder.split(' ');
    if (holder !== '' && identityOf(pid) === holder) {
      if (!told) console.log(`setup: waiting for process ${pid}, which sets up the same clone`);
      told = true;
      sleep(200);
      continue;
    }
    const own = last + 1;
    if (!createOnce(temporary, pathOf(own))) continue;
    // A later one means that ours had been taken and removed before we made it again.
    if (generations().at(-1) !== own) {
      rmSync(pathOf(own), { force: true });
      continue;
    }
    for (const each of found) rmSync(pathOf(each), { force: true });
    process.on('exit', () => {
      // Kept without a holder, for its number.
      writeFileSync(temporary, '');
      renameSync(temporary, pathOf(own));
    });
    return;
  }
}

/** Empty when the turn was given back, or the file is gone because another has just followed. */
function readHolder(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}

function createOnce(temporary, path) {
  writeFileSync(temporary, identityOf(process.pid));
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}
