import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  acquireRunLock,
  isRunning,
  type ProcessIdentity,
  type RunLock,
  RunLockedError,
  thisProcess,
  writeJsonAtomically,
} from '@leti/runs';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import type { Addresses } from './service-definition.ts';

/** What a supervisor tells other commands through the store: who it is and where its services listen. */
export interface ServicesRecord {
  readonly supervisor: ProcessIdentity;
  readonly addresses: Addresses;
}

const fileOf = (store: string): string => join(store, 'services.json');

/** What the supervisor of this store wrote down; undefined when none runs. */
export async function readServicesFile(store: string): Promise<ServicesRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(fileOf(store), 'utf8')) as ServicesRecord;
    return isRunning(record.supervisor) ? record : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Takes the right to serve the store and writes down where. Of several processes that try, one gets it.
 * @returns a function that takes it back
 * @throws {CliError} when another process serves it already; {StoreFullError}
 */
export async function claimStore(store: string, addresses: Addresses): Promise<() => Promise<void>> {
  const lock = await lockStore(store);
  const path = fileOf(store);
  const giveBack = async (): Promise<void> => {
    await rm(path, { force: true });
    // Only now may the next one write its own.
    await lock.release();
  };
  let released: Promise<void> | undefined;
  const release = (): Promise<void> => (released ??= giveBack());
  try {
    await writeJsonAtomically(path, { supervisor: thisProcess(), addresses } satisfies ServicesRecord);
  } catch (error) {
    await release();
    throw error;
  }
  return release;
}

async function lockStore(store: string): Promise<RunLock> {
  try {
    return await acquireRunLock(store);
  } catch (error) {
    if (!(error instanceof RunLockedError)) throw error;
    const trainer = (await readServicesFile(store))?.addresses.trainer;
    throw new CliError(
      EXIT.unavailable,
      `expected a store of its own, but process ${error.pid} on ${error.host} serves ${store}`,
      {
        details: [
          `${trainer === undefined ? '' : `its trainer listens at ${trainer}; `}use another --store, or stop that process`,
        ],
      },
    );
  }
}
