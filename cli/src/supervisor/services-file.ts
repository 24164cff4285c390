import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeJsonAtomically } from '@leti/runs';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { identifyProcess, isRunning, type ProcessIdentity } from './process-identity.ts';
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
    return (await isRunning(record.supervisor)) ? record : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Writes down that this process serves the store.
 * @returns a function that takes it back
 * @throws {CliError} when another process serves it already
 */
export async function claimStore(store: string, addresses: Addresses): Promise<() => Promise<void>> {
  const other = await readServicesFile(store);
  if (other !== undefined) {
    throw new CliError(
      EXIT.unavailable,
      `expected a store of its own, but process ${other.supervisor.pid} serves ${store}`,
      {
        details: [`its trainer listens at ${other.addresses.trainer}; use another --store, or stop that process`],
      },
    );
  }
  const supervisor = await identifyProcess(process.pid);
  const path = fileOf(store);
  await mkdir(store, { recursive: true });
  await writeJsonAtomically(path, { supervisor, addresses });
  return () => rm(path, { force: true });
}
