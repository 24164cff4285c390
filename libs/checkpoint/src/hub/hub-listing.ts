import { isRecord } from '../read-json.ts';
import { HubError } from './hub-error.ts';
import { endpointOf, withAnswer, type HubOptions } from './hub-request.ts';

/** A model at one commit. */
export interface HubListing {
  readonly repo: string;
  /** 40 hex digits. */
  readonly commit: string;
  /** By name; undefined where the listing does not say what a file must turn out to be, as on some mirrors. */
  readonly files: ReadonlyMap<string, HubFile | undefined>;
}

/** A file with what it must turn out to be. */
export interface HubFile {
  readonly name: string;
  readonly byteLength: number;
  readonly hash: FileHash;
}

/** Large files have a sha256 of their bytes; small ones are git blobs. */
export interface FileHash {
  readonly kind: 'sha256' | 'git';
  readonly hex: string;
}

/** `name` or `owner/name`, as the hub allows them. */
const REPO = /^(?:[\w-][\w.-]*\/)?[\w-][\w.-]*$/;

/** Whether text can be the id of a model on a hub. */
export const isHubId = (text: string): boolean => REPO.test(text) && !text.includes('..') && text.length <= 200;

/**
 * What a model consists of at a revision.
 *
 * @param repo e.g. `Salesforce/codegen-350M-mono`
 * @param revision branch, tag or commit
 * @throws {HubError}
 * @throws {RangeError} for a repo that is no id
 */
export async function listModel(repo: string, revision: string, options: HubOptions): Promise<HubListing> {
  if (!isHubId(repo)) throw new RangeError(`hub id must be owner/name, got ${JSON.stringify(repo)}`);
  const url = `${endpointOf(options)}/api/models/${repo}/revision/${encodeURIComponent(revision)}?blobs=true`;
  return withAnswer(url, {}, options, async (answer) => {
    const json = parsedListing(url, await boundedText(url, answer));
    const { sha, siblings } = isRecord(json) ? json : {};
    if (typeof sha !== 'string' || !/^[0-9a-f]{40}$/.test(sha) || !Array.isArray(siblings)) {
      throw new HubError('unavailable', url, 'want a commit and its files, got another answer');
    }
    const files = siblings.filter(isRecord).flatMap((entry): [string, HubFile | undefined][] => {
      const name = entry['rfilename'];
      return typeof name === 'string' ? [[name, fileFrom(name, entry)]] : [];
    });
    return { repo, commit: sha, files: new Map(files) };
  });
}

/** A listing of a hundred thousand files; one without end would take all memory. */
const MAX_LISTING_BYTES = 32 << 20;

async function boundedText(url: string, answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let byteLength = 0;
  for await (const chunk of answer.body ?? []) {
    byteLength += chunk.byteLength;
    if (byteLength > MAX_LISTING_BYTES) {
      throw new HubError('unavailable', url, `want a listing of at most ${MAX_LISTING_BYTES} bytes, got more`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsedListing(url: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HubError('unavailable', url, 'want JSON of a hub, got another answer', { cause });
  }
}

/** Undefined for an entry without size or hash. */
function fileFrom(name: string, { size, blobId, lfs }: Readonly<Record<string, unknown>>): HubFile | undefined {
  if (!Number.isSafeInteger(size) || (size as number) < 0) return undefined;
  const sha256 = isRecord(lfs) ? lfs['sha256'] : undefined;
  if (typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)) {
    return { name, byteLength: size as number, hash: { kind: 'sha256', hex: sha256 } };
  }
  if (lfs == null && typeof blobId === 'string' && /^[0-9a-f]{40}$/.test(blobId)) {
    return { name, byteLength: size as number, hash: { kind: 'git', hex: blobId } };
  }
  return undefined;
}

/** Where a file of a listing is; its content there never changes. */
export function fileUrl({ repo, commit }: HubListing, name: string, options: HubOptions): string {
  return `${endpointOf(options)}/${repo}/resolve/${commit}/${name}`;
}

/** How many relative redirects are followed, which lead to the same hub. */
const MAX_REDIRECTS = 5;

/**
 * What a file must turn out to be; asks the hub for it where the listing does not say.
 * @throws {HubError} `not_found` when there is no such file, or nothing to check it by
 */
export async function hubFile(listing: HubListing, name: string, options: HubOptions): Promise<HubFile> {
  const listed = listing.files.get(name);
  if (listed !== undefined) return listed;
  let url = fileUrl(listing, name, options);
  for (let i = 0; i <= MAX_REDIRECTS && listing.files.has(name); i++) {
    const { file, next } = await withAnswer(url, { method: 'HEAD', redirect: 'manual' }, options, ({ headers }) =>
      Promise.resolve({ file: fileFromHeaders(name, headers), next: headers.get('location') }),
    );
    if (file !== undefined) return file;
    if (next === null || !next.startsWith('/') || next.startsWith('//')) break;
    url = new URL(next, url).href;
  }
  throw new HubError('not_found', url, `want ${name} with a size and a hash to check it by, got none`);
}

/** The hub says of large files where they are and what they are; of small ones it sends the blob's name as ETag. */
function fileFromHeaders(name: string, headers: Headers): HubFile | undefined {
  const tag = (headers.get('x-linked-etag') ?? headers.get('etag') ?? '').replace(/^W\//, '').replaceAll('"', '');
  const byteLength = Number(headers.get('x-linked-size') ?? headers.get('content-length') ?? NaN);
  if (!Number.isSafeInteger(byteLength) || byteLength < 0) return undefined;
  if (/^[0-9a-f]{64}$/.test(tag)) return { name, byteLength, hash: { kind: 'sha256', hex: tag } };
  if (/^[0-9a-f]{40}$/.test(tag)) return { name, byteLength, hash: { kind: 'git', hex: tag } };
  return undefined;
}
