import { mkdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointStoreFullError } from '../errors.ts';
import { orStoreFull } from '../or-store-full.ts';
import { readJsonObject } from '../read-json.ts';
import { readModelConfig } from '../read-model-config.ts';
import { parseWeightMap, weightPlace } from '../weight-files.ts';
import { downloadFile } from './download-file.ts';
import { HubError } from './hub-error.ts';
import { fileUrl, hubFile, listModel, type HubFile, type HubListing } from './hub-listing.ts';
import { endpointOf, type HubOptions } from './hub-request.ts';

/** What has been downloaded so far. */
export interface DownloadProgress {
  readonly file: string;
  /** Of all files of the model, those included that were there before. */
  readonly bytes: number;
  readonly totalBytes: number;
}

/** Files beside config.json, the weights and the tokenizer's vocabulary that a checkpoint may have. */
const CONFIG_FILES = [
  'generation_config.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
];

/** A vocabulary in one file, or as it was before there was that file: then `added_tokens.json` may belong to it. */
const TOKENIZER_FILE = 'tokenizer.json';
const OLDER_TOKENIZER_FILES = ['vocab.json', 'merges.txt'];

/**
 * Finds a model on a hub at one commit.
 * @param revision branch, tag or commit
 * @throws {HubError} also when it has no config.json, tokenizer or weights
 */
export async function findModel(repo: string, revision: string, options: HubOptions = {}): Promise<HubListing> {
  const listing = await listModel(repo, revision, options);
  const weights = weightPlace(new Set(listing.files.keys()))?.name ?? 'model.safetensors';
  const wanted: readonly [string, boolean][] = [
    ['config.json', listing.files.has('config.json')],
    ['tokenizer.json, or vocab.json and merges.txt,', tokenizerFilesOf(listing) !== undefined],
    [weights, listing.files.has(weights)],
  ];
  const missing = wanted.find(([, isThere]) => !isThere);
  if (missing === undefined) return listing;
  const url = `${endpointOf(options)}/${repo}`;
  throw new HubError('not_found', url, `want ${missing[0]} at commit ${listing.commit}, got no such file`);
}

function tokenizerFilesOf({ files }: HubListing): readonly string[] | undefined {
  if (files.has(TOKENIZER_FILE)) return [TOKENIZER_FILE];
  return OLDER_TOKENIZER_FILES.every((name) => files.has(name))
    ? [...OLDER_TOKENIZER_FILES, 'added_tokens.json']
    : undefined;
}

/**
 * Downloads what a checkpoint consists of, and nothing else of the repository. Every file is checked against the hub's
 * hash of it. Called again after an interruption, it goes on where it stopped; a folder is for one commit.
 *
 * @param folder is made where it does not exist
 * @throws {HubError} {CheckpointStoreFullError} {InvalidCheckpointError}; what has come so far stays
 * @throws {UnsupportedModelError} before anything large is asked for
 */
export async function downloadModel(
  listing: HubListing,
  folder: string,
  options: HubOptions = {},
  onProgress: (progress: DownloadProgress) => void = () => {},
): Promise<void> {
  await mkdir(folder, { recursive: true });
  let before = 0;
  const take = async (names: readonly string[]): Promise<void> => {
    const files: HubFile[] = [];
    for (const name of names) files.push(await hubFile(listing, name, options));
    const totalBytes = before + files.reduce((sum, { byteLength }) => sum + byteLength, 0);
    await requireRoom(folder, files);
    for (const file of files) {
      const start = before;
      await downloadFile(fileUrl(listing, file.name, options), join(folder, file.name), file, options, (bytes) =>
        onProgress({ file: file.name, bytes: start + bytes, totalBytes }),
      );
      before += file.byteLength;
    }
  };
  const weights = weightPlace(new Set(listing.files.keys()))?.name;
  try {
    // First what says whether the rest is worth its time.
    await take(['config.json']);
    await readModelConfig(folder);
    const names = [...CONFIG_FILES, ...(tokenizerFilesOf(listing) ?? []), ...(weights === undefined ? [] : [weights])];
    await take(names.filter((name) => listing.files.has(name)));
    if (weights?.endsWith('.json') !== true) return;
    const path = join(folder, weights);
    await take([...new Set(parseWeightMap(path, await readJsonObject(path)).values())].toSorted());
  } catch (error) {
    throw orStoreFull(folder, error);
  }
}

/** @throws {CheckpointStoreFullError} when the disk cannot hold what is still to come */
async function requireRoom(folder: string, files: readonly HubFile[]): Promise<void> {
  let missing = 0;
  for (const { name, byteLength } of files) {
    const path = join(folder, name);
    const sizes = await Promise.all([path, `${path}.part`].map((each) => stat(each).catch(() => undefined)));
    missing += Math.max(0, byteLength - Math.max(...sizes.map((stats) => stats?.size ?? 0)));
  }
  const { bavail, bsize } = await statfs(folder);
  if (missing > bavail * bsize) {
    throw new CheckpointStoreFullError(folder, { room: `${bavail * bsize} of the ${missing} bytes to download` });
  }
}
