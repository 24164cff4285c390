import { readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  checkpointDigest,
  downloadModel,
  findModel,
  importCheckpoint,
  isHubId,
  type HubListing,
  type HubOptions,
  type ImportedCheckpoint,
  type ImportRecord,
  type WeightType,
} from '@leti/checkpoint';
import { CliError } from '../cli-error.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-code.ts';
import { shownPath } from '../output/shown-path.ts';
import { createProgressDisplay } from '../progress/progress-display.ts';
import { inModelTerms } from './model-failure.ts';

export interface ImportModelOptions {
  readonly out?: string;
  readonly revision: string;
  readonly dtype?: 'float32' | 'float16' | 'bfloat16';
  readonly maxShardSize?: number;
  readonly keepDownload?: boolean;
  readonly hubEndpoint?: string;
  readonly store: string;
  readonly json?: boolean;
}

const WEIGHT_TYPES: Readonly<Record<NonNullable<ImportModelOptions['dtype']>, WeightType>> = {
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
};

/** What import.json says of where a model comes from and what was asked for. */
interface Provenance {
  /** A model of a hub has repo and commit, a folder the digest it had. */
  readonly repo?: string;
  readonly commit?: string;
  readonly digest?: string;
  readonly dtype: string;
  readonly maxShardBytes: number | null;
}

type Imported = Pick<ImportedCheckpoint, 'folder' | 'digest' | 'addedTokens' | 'addedRows'>;

const wishes = ({ dtype, maxShardSize }: ImportModelOptions): Pick<Provenance, 'dtype' | 'maxShardBytes'> => ({
  dtype: dtype ?? 'unchanged',
  maxShardBytes: maxShardSize ?? null,
});

/** `leti model import`: a folder or a model of a hub becomes a checkpoint of LETI. */
export async function importModel(model: string, options: ImportModelOptions, context: CommandContext): Promise<void> {
  const isFolder = await stat(model).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder && (!isHubId(model) || /^[.~]/.test(model))) {
    throw new CliError(EXIT.badInput, `expected a folder or a model's id on a hub, owner/name, got '${model}'`);
  }
  const name = isFolder ? basename(resolve(model)) : model.replace('/', '--');
  const out = resolve(options.out ?? join(options.store, 'models', name));
  await inModelTerms(() =>
    isFolder ? importFolder(model, out, options, context) : importHub(model, out, options, context),
  );
}

async function importFolder(
  from: string,
  out: string,
  options: ImportModelOptions,
  { output }: CommandContext,
): Promise<void> {
  output.note(`importing the folder ${shownPath(resolve(from))}`);
  const provenance = { digest: await checkpointDigest(from), ...wishes(options) };
  print(await convert(from, out, options, provenance), provenance, { output });
}

async function importHub(
  repo: string,
  out: string,
  options: ImportModelOptions,
  { output, signal }: CommandContext,
): Promise<void> {
  const { HF_TOKEN: token, HF_ENDPOINT } = process.env;
  const endpoint = options.hubEndpoint ?? HF_ENDPOINT;
  const hub: HubOptions = {
    signal,
    ...(endpoint !== undefined && endpoint !== '' && { endpoint }),
    ...(token !== undefined && token !== '' && { token }),
  };
  const listing = await findModel(repo, options.revision, hub);
  const provenance = { repo, commit: listing.commit, ...wishes(options) };
  const before = await importedBefore(out, provenance);
  if (before !== undefined) return print(before, provenance, { output });
  // Beside the result, so that both are on one disk, and by commit, so that an old part is never gone on with.
  const download = join(dirname(out), `.${basename(out)}.download-${listing.commit.slice(0, 12)}`);
  await fetchFiles(listing, download, hub, output);
  const imported = await convert(download, out, options, provenance);
  if (options.keepDownload !== true) await rm(download, { recursive: true });
  print(imported, provenance, { output });
}

async function fetchFiles(
  listing: HubListing,
  folder: string,
  hub: HubOptions,
  output: CommandContext['output'],
): Promise<void> {
  output.note(`downloading ${listing.repo} at commit ${listing.commit}`);
  const display = createProgressDisplay(output);
  const MiB = 2 ** 20;
  try {
    await downloadModel(listing, folder, hub, ({ file, bytes, totalBytes }) =>
      display.show({
        label: 'download MiB',
        value: Math.round(bytes / MiB),
        total: Math.round(totalBytes / MiB),
        remark: file,
      }),
    );
  } finally {
    display.close();
  }
}

function convert(
  from: string,
  out: string,
  { dtype, maxShardSize }: ImportModelOptions,
  provenance: Provenance,
): Promise<ImportedCheckpoint> {
  return importCheckpoint(from, out, {
    provenance,
    ...(dtype !== undefined && { weightType: WEIGHT_TYPES[dtype] }),
    ...(maxShardSize !== undefined && { maxShardBytes: maxShardSize }),
  });
}

/**
 * What an earlier import of the same has made; undefined when the name is free.
 * @throws {CliError} when something else has the name: before a download that would be in vain
 */
async function importedBefore(out: string, wanted: Provenance): Promise<Imported | undefined> {
  const taken = await stat(out).then(
    () => true,
    () => false,
  );
  if (!taken) return undefined;
  const record = await readFile(join(out, 'import.json'), 'utf8').then(
    (text) => JSON.parse(text) as ImportRecord,
    () => undefined,
  );
  if (!isDeepStrictEqual(record?.from, wanted)) {
    throw new CliError(EXIT.badInput, `--out: expected a free name, got ${shownPath(out)}, which is something else`);
  }
  return { ...record!, folder: out, digest: await checkpointDigest(out) };
}

function print(imported: Imported, from: Provenance, { output }: Pick<CommandContext, 'output'>): void {
  const { folder, digest, addedTokens, addedRows } = imported;
  output.text(`${shownPath(folder)} (${digest})`);
  if (addedTokens.length > 0) {
    const tokens = addedTokens.map(({ token, id }) => `${token} ${id}`).join(', ');
    const rows = addedRows > 0 ? `, with ${addedRows} new rows of the embedding` : ', in unused rows of the embedding';
    output.text(`added ${tokens}${rows}`);
  }
  output.data({ path: folder, digest, addedTokens, addedRows, from });
}
