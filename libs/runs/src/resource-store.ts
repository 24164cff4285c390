import { randomBytes } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jsonLine } from './json-text.ts';
import { readJson } from './read-json.ts';
import {
  CorruptStoreError,
  InvalidPageTokenError,
  InvalidRequestIdError,
  RunNotFoundError,
  writeFailure,
} from './store-errors.ts';
import { syncFolder, writeJsonAtomically } from './write-atomically.ts';

/** A run as it is stored. */
export interface StoredRun<T> {
  /** Folder name: time of creation and a random part, so that names sort by age. */
  readonly id: string;
  readonly createTime: Date;
  /** What the caller chose at creation; empty when it chose nothing. */
  readonly requestId: string;
  readonly value: T;
}

/** How a store is opened. */
export interface ResourceStoreOptions<T> {
  /** Where the runs' folders lie; created if missing. */
  readonly folder: string;
  /** Turns parsed JSON into a value and throws if it is none. Bigints arrive as text. @default unchecked */
  readonly parse?: (json: unknown) => T;
  /** Is told of every run that list() leaves out because its file cannot be read. @default nobody is told */
  readonly onUnreadable?: (id: string, error: CorruptStoreError) => void;
  /** @default the system's clock */
  readonly now?: () => Date;
}

const FILE = 'run.json';
const REQUESTS = '.requests';
const NEW = /^\.new-/;
const ID = /^\d{8}-\d{6}-\d{3}-[0-9a-f]{6}$/;
const REQUEST_ID = /^(?!\.)[A-Za-z0-9._-]{1,64}$/;
/** A folder in the making this old was left behind by a process that died. */
const ABANDONED_MS = 60 * 60 * 1000;

/**
 * Runs of one kind, each a folder with `run.json` and whatever its owner puts beside. Changes are atomic; of several
 * processes any number may read and create, one may update (see acquireRunLock).
 */
export class ResourceStore<T> {
  readonly folder: string;
  readonly #parse: (json: unknown) => T;
  readonly #onUnreadable: (id: string, error: CorruptStoreError) => void;
  readonly #now: () => Date;
  /** The last update of each run under way, for the next one to wait for. */
  readonly #updates = new Map<string, Promise<unknown>>();

  private constructor(options: ResourceStoreOptions<T>) {
    const { folder, parse = (json) => json as T, onUnreadable = () => {}, now = () => new Date() } = options;
    this.folder = folder;
    this.#parse = parse;
    this.#onUnreadable = onUnreadable;
    this.#now = now;
  }

  /** Opens or creates a store. @throws {StoreFullError} */
  static async open<T>(options: ResourceStoreOptions<T>): Promise<ResourceStore<T>> {
    const { folder } = options;
    await mkdir(join(folder, REQUESTS), { recursive: true }).catch((error: unknown) => {
      throw writeFailure(folder, error);
    });
    for (const name of await readdir(folder)) {
      if (!NEW.test(name)) continue;
      const { mtimeMs } = await stat(join(folder, name));
      if (Date.now() - mtimeMs > ABANDONED_MS) await rm(join(folder, name), { recursive: true, force: true });
    }
    return new ResourceStore(options);
  }

  /** The folder of a run, whether or not there is one. @throws {RunNotFoundError} when no run can have this id */
  folderOf(id: string): string {
    if (!ID.test(id)) throw new RunNotFoundError(id);
    return join(this.folder, id);
  }

  /**
   * Stores a new run. With a request id that was used before it changes nothing and returns that run, also after a
   * crash in the middle of the first call and from several processes at once.
   * @throws {StoreFullError} and no run is created; {InvalidRequestIdError}; what `parse` throws for a value that could
   *   not be read again
   */
  async create(value: T, { requestId = '' } = {}): Promise<{ readonly run: StoredRun<T>; readonly created: boolean }> {
    if (requestId !== '' && !REQUEST_ID.test(requestId)) throw new InvalidRequestIdError(requestId);
    this.#parse(JSON.parse(jsonLine(value)));
    const createTime = this.#now();
    const fresh = newId(createTime);
    const id = requestId === '' ? fresh : await this.#claim(requestId, fresh);
    if (id !== fresh) {
      const run = await this.#find(id);
      if (run !== undefined) return { run, created: false };
    }
    const run: StoredRun<T> = { id, createTime, requestId, value };
    const making = join(this.folder, `.new-${id}-${randomBytes(6).toString('hex')}`);
    try {
      await mkdir(making);
      await writeJsonAtomically(join(making, FILE), run);
      await rename(making, join(this.folder, id)); // fails when the folder is there and not empty
    } catch (error) {
      await rm(making, { recursive: true, force: true });
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOTEMPTY' || code === 'EEXIST') return { run: await this.get(id), created: false };
      throw writeFailure(this.folder, error);
    }
    await syncFolder(this.folder);
    return { run, created: true };
  }

  /** The run as it is now. @throws {RunNotFoundError} @throws {CorruptStoreError} */
  async get(id: string): Promise<StoredRun<T>> {
    const run = await this.#find(id);
    if (run === undefined) throw new RunNotFoundError(id);
    return run;
  }

  /**
   * Runs by age, newest first. A run whose file cannot be read is left out, told to `onUnreadable`, and makes its page
   * shorter; get() says what is wrong with it.
   * @param pageSize at most so many, 1 or more; 0 means 50, above 1000 means 1000
   * @param pageToken nextPageToken of the page before; empty for the first
   * @returns nextPageToken is empty on the last page
   * @throws {InvalidPageTokenError}
   */
  async list({ pageSize = 0, pageToken = '' } = {}): Promise<{ runs: StoredRun<T>[]; nextPageToken: string }> {
    const limit = Math.min(pageSize <= 0 ? 50 : pageSize, 1000);
    const before = Buffer.from(pageToken, 'base64url').toString();
    if (pageToken !== '' && !ID.test(before)) throw new InvalidPageTokenError(pageToken);
    const ids = (await this.ids()).filter((id) => pageToken === '' || id < before);
    const page = ids.slice(0, limit);
    const found = await Promise.all(page.map((id) => this.#readable(id)));
    const runs = found.filter((run) => run !== undefined);
    const last = page.at(-1);
    const more = ids.length > page.length && last !== undefined;
    return { runs, nextPageToken: more ? Buffer.from(last).toString('base64url') : '' };
  }

  /** Every run's id, newest first. */
  async ids(): Promise<string[]> {
    return (await readdir(this.folder))
      .filter((name) => ID.test(name))
      .sort()
      .reverse();
  }

  /**
   * Changes a run. Changes of one run in this process happen one after the other.
   * @param change gives the new value; what it throws leaves the run as it is
   * @throws {RunNotFoundError} @throws {StoreFullError}
   */
  async update(id: string, change: (value: T) => T | Promise<T>): Promise<StoredRun<T>> {
    const before = this.#updates.get(id) ?? Promise.resolve();
    const update = before.then(
      () => this.#replace(id, change),
      () => this.#replace(id, change), // the failure of another update is not ours
    );
    this.#updates.set(id, update);
    try {
      return await update;
    } finally {
      if (this.#updates.get(id) === update) this.#updates.delete(id);
    }
  }

  async #replace(id: string, change: (value: T) => T | Promise<T>): Promise<StoredRun<T>> {
    const run = await this.get(id);
    const changed = { ...run, value: await change(run.value) };
    await writeJsonAtomically(join(this.folderOf(id), FILE), changed);
    return changed;
  }

  #find(id: string): Promise<StoredRun<T> | undefined> {
    const path = join(this.folderOf(id), FILE);
    return readJson(path, (json) => {
      const { createTime, requestId, value } = json as { createTime: string; requestId: string; value: unknown };
      return { id, createTime: new Date(createTime), requestId, value: this.#parse(value) };
    });
  }

  async #readable(id: string): Promise<StoredRun<T> | undefined> {
    try {
      return await this.#find(id);
    } catch (error) {
      if (!(error instanceof CorruptStoreError)) throw error;
      this.#onUnreadable(id, error);
      return undefined;
    }
  }

  /** The id that belongs to a request: `fresh`, or the one it got when it came first. */
  async #claim(requestId: string, fresh: string): Promise<string> {
    const path = join(this.folder, REQUESTS, requestId);
    const temporary = join(this.folder, REQUESTS, `.${fresh}.tmp`);
    try {
      await writeFile(temporary, fresh, { flag: 'wx', flush: true });
      await link(temporary, path);
      await syncFolder(join(this.folder, REQUESTS));
      return fresh;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw writeFailure(path, error);
    } finally {
      await rm(temporary, { force: true });
    }
    const id = await readFile(path, 'utf8');
    if (!ID.test(id)) throw new CorruptStoreError(path, undefined, `expected a run's id, got ${JSON.stringify(id)}`);
    return id;
  }
}

/** 2026-11-21T04:36:12.123Z → 20261121-043612-123-5f2a9c. */
function newId(time: Date): string {
  const digits = time.toISOString().replaceAll(/\D/g, '');
  const parts = [digits.slice(0, 8), digits.slice(8, 14), digits.slice(14, 17), randomBytes(3).toString('hex')];
  return parts.join('-');
}
