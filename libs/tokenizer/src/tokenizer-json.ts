import { readFile, stat } from 'node:fs/promises';
import { InvalidTokenizerError } from './errors.ts';
import type { PreTokenizerJson } from './pre-tokenizer-json.ts';
import type { DecoderJson } from './token-pieces.ts';

/** An entry of `added_tokens`: matched in the text before anything else looks at it. */
export interface AddedTokenJson {
  readonly id: number;
  readonly content: string;
  readonly special?: boolean;
  readonly single_word?: boolean;
}

/** Some times the largest tokenizer.json there is. */
const MAX_BYTES = 128 << 20;

/** The parts of a tokenizer.json that are looked at here; the library reads the rest. */
export interface TokenizerJson {
  readonly added_tokens: readonly AddedTokenJson[];
  readonly pre_tokenizer: PreTokenizerJson | null;
  readonly post_processor: PostProcessorJson | null;
  readonly decoder: DecoderJson | null;
  readonly model: {
    readonly type?: string;
    /** Ids by token; a Unigram model has a list of [token, score] instead. */
    readonly vocab: Readonly<Record<string, number>> | readonly (readonly [token: string, score: number])[];
    readonly dropout?: number | null;
    readonly unk_token?: string | null;
    readonly unk_id?: number | null;
  };
}

/** What is put around a text; only templates put something before it. */
export interface PostProcessorJson {
  readonly type: string;
  readonly single?: readonly { readonly SpecialToken?: { readonly id: string }; readonly Sequence?: object }[];
  readonly special_tokens?: Readonly<Record<string, { readonly ids: readonly number[] }>>;
  readonly processors?: readonly PostProcessorJson[];
}

/** Checks that a parsed file is a tokenizer.json as far as this package reads it. @throws {InvalidTokenizerError} */
export function tokenizerJsonFrom(path: string, value: object): TokenizerJson {
  const json = value as Partial<TokenizerJson>;
  const vocab: unknown = json.model?.vocab;
  if (typeof vocab !== 'object' || vocab === null) {
    throw new InvalidTokenizerError(path, `model.vocab must be an object or a list, got ${typeof vocab}`);
  }
  const added = json.added_tokens ?? [];
  if (!Array.isArray(added) || !added.every((token) => isId(token?.id) && typeof token.content === 'string')) {
    throw new InvalidTokenizerError(
      path,
      `added_tokens must be a list of tokens with content and an id in [0, ${MAX_IDS})`,
    );
  }
  return {
    ...json,
    model: json.model!,
    added_tokens: added,
    pre_tokenizer: json.pre_tokenizer ?? null,
    post_processor: json.post_processor ?? null,
    decoder: json.decoder ?? null,
  };
}

/** Ids are positions in lists that are as long as the greatest; the largest vocabularies have a million tokens. */
const MAX_IDS = 1 << 24;

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < MAX_IDS;
}

/**
 * All tokens by id, added ones included.
 * @param path of the file, for the message
 * @throws {InvalidTokenizerError} if the vocabulary maps something else than tokens to ids
 */
export function tokensById(path: string, { model, added_tokens: added }: TokenizerJson): Map<number, string> {
  // One pass, because a vocabulary has up to a quarter of a million entries, and an object of them is slow to go through.
  const tokens = new Map<number, string>();
  const entries: Iterable<readonly [token: unknown, id: unknown]> = Array.isArray(model.vocab)
    ? model.vocab.map((piece: unknown, id) => [Array.isArray(piece) ? piece[0] : piece, id] as const)
    : Object.entries(model.vocab);
  for (const [token, id] of entries) {
    if (typeof token !== 'string' || !isId(id)) {
      const got = `${typeof token === 'string' ? JSON.stringify(token.slice(0, 80)) : typeof token}: ${typeof id === 'number' ? id : typeof id}`;
      throw new InvalidTokenizerError(
        path,
        `model.vocab must map tokens to ids in [0, ${MAX_IDS}), or list tokens with scores, got ${got}`,
      );
    }
    tokens.set(id, token);
  }
  for (const { id, content } of added) tokens.set(id, content);
  return tokens;
}

/** Ids that the post-processor puts before a single text. */
export function prefixIdsOf(processor: PostProcessorJson | null): number[] {
  if (processor?.type === 'Sequence') return processor.processors!.flatMap(prefixIdsOf);
  if (processor?.type !== 'TemplateProcessing') return [];
  const template = processor.single ?? [];
  const text = template.findIndex((part) => part.Sequence !== undefined);
  return template
    .slice(0, text === -1 ? 0 : text)
    .flatMap(({ SpecialToken }) => processor.special_tokens?.[SpecialToken!.id]?.ids ?? []);
}

/**
 * Reads a file that holds a JSON object.
 * @returns undefined when there is no such file
 * @throws {InvalidTokenizerError} if it holds something else
 */
export async function readJsonObject(path: string): Promise<object | undefined> {
  const text = await textIn(path);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (cause) {
    throw new InvalidTokenizerError(path, `want JSON, got: ${(cause as Error).message}`, { cause });
  }
  throw new InvalidTokenizerError(path, `want a JSON object, got ${text.slice(0, 40)}`);
}

/**
 * The text of a file of a tokenizer.
 * @returns undefined when there is no such file
 * @throws {InvalidTokenizerError} for what is no file: a pipe or a device may never end, and half a gigabyte is no string
 */
export async function textIn(path: string): Promise<string | undefined> {
  try {
    const stats = await stat(path);
    if (!stats.isFile() || stats.size > MAX_BYTES) {
      const got = stats.isFile() ? `${stats.size} bytes` : 'none';
      throw new InvalidTokenizerError(path, `want a file of at most ${MAX_BYTES} bytes, got ${got}`);
    }
    return await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}
