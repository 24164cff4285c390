import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointNotFoundError, InvalidCheckpointError } from './errors.ts';
import { isRecord, readJsonObject } from './read-json.ts';
import { unreadable } from './readable-file.ts';

/** The files of a folder that hold its weights. */
export interface WeightFiles {
  readonly format: 'safetensors' | 'pytorch';
  /** The index's name, where weights are sharded. */
  readonly index?: string;
  /** The file that each tensor lies in, as the index has it. */
  readonly fileOf?: ReadonlyMap<string, string>;
  /** Names in the folder, sorted. */
  readonly names: readonly string[];
}

/** Where weights may lie, the first that is there counts: transformers looks in this order, too. */
const PLACES = [
  { format: 'safetensors', name: 'model.safetensors' },
  { format: 'safetensors', name: 'model.safetensors.index.json' },
  { format: 'pytorch', name: 'pytorch_model.bin' },
  { format: 'pytorch', name: 'pytorch_model.bin.index.json' },
] as const;

/** The file of a folder that has the weights, or the index of those that have them; undefined if none of its names is one. */
export function weightPlace(names: ReadonlySet<string>): (typeof PLACES)[number] | undefined {
  return PLACES.find(({ name }) => names.has(name));
}

/** A plain file name: an index must not lead out of its folder. */
const SHARD_NAME = /^(?!\.)[\w.-]+\.(safetensors|bin)$/;

/**
 * Looks for the weights of a Hugging Face folder, and reads the index where they are sharded.
 *
 * @throws {CheckpointNotFoundError} if there is no such folder, or none of the files in it
 * @throws {InvalidCheckpointError} for an index that is none
 */
export async function weightFilesOf(folder: string): Promise<WeightFiles> {
  const present = new Set(await namesIn(folder));
  const place = weightPlace(present);
  if (place === undefined) throw new CheckpointNotFoundError(join(folder, PLACES[0].name));
  const { format, name } = place;
  if (!name.endsWith('.json')) return { format, names: [name] };
  const fileOf = parseWeightMap(join(folder, name), await readJsonObject(join(folder, name)));
  return { format, index: name, fileOf, names: [...new Set(fileOf.values())].toSorted() };
}

/**
 * The names in a checkpoint folder.
 * @throws {CheckpointNotFoundError} if there is no such folder
 */
export async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((cause: unknown) => {
    throw unreadable(folder, cause);
  });
}

/**
 * The `weight_map` of an index: tensor → file.
 * @throws {InvalidCheckpointError} naming the entry
 */
export function parseWeightMap(path: string, json: unknown): ReadonlyMap<string, string> {
  const map = isRecord(json) ? json['weight_map'] : undefined;
  if (!isRecord(map) || Object.keys(map).length === 0) {
    throw new InvalidCheckpointError(path, `weight_map must be an object of tensor to file, got ${shown(map)}`);
  }
  const entries = Object.entries(map).map(([tensor, file]): [string, string] => {
    if (typeof file === 'string' && SHARD_NAME.test(file)) return [tensor, file];
    throw new InvalidCheckpointError(path, `weight_map.${tensor} must be a file in the folder, got ${shown(file)}`);
  });
  return new Map(entries);
}

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 80);
