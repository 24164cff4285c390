import { readFile } from 'node:fs/promises';
import { CheckpointNotFoundError, InvalidCheckpointError } from './errors.ts';
import { requireFile, unreadable } from './readable-file.ts';

/** Far more than the index of any model takes, and little enough to be held in memory several times. */
const MAX_JSON_BYTES = 128 << 20;

/**
 * The value of a JSON file of a checkpoint.
 * @throws {CheckpointNotFoundError} if there is no such file
 * @throws {InvalidCheckpointError} if it is no JSON, or larger than 128 MiB
 */
export async function readJson(path: string): Promise<unknown> {
  await requireFile(path, MAX_JSON_BYTES);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidCheckpointError(path, `want JSON, got: ${(cause as Error).message}`, { cause });
  }
}

/**
 * The same for a file that holds one JSON object.
 * @throws {InvalidCheckpointError} also for any other JSON
 */
export async function readJsonObject(path: string): Promise<Readonly<Record<string, unknown>>> {
  const value = await readJson(path);
  if (isRecord(value)) return value;
  throw new InvalidCheckpointError(path, `want a JSON object, got ${Array.isArray(value) ? 'a list' : String(value)}`);
}

/**
 * The same for a file that need not be there.
 * @returns undefined if it is not
 * @throws {InvalidCheckpointError} for anything but an object
 */
export async function readJsonObjectIfThere(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  return readJsonObject(path).catch((error: unknown) => {
    if (error instanceof CheckpointNotFoundError) return undefined;
    throw error;
  });
}

/** Whether a JSON value is an object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
