import { join } from 'node:path';
import { byteLevelBpeJson, mergesIn, plainAddedToken, type AddedToken } from './byte-level-bpe-json.ts';
import { InvalidTokenizerError } from './errors.ts';
import { SPECIAL_TOKENS } from './special-tokens.ts';
import { tokenText } from './token-text.ts';
import { readJsonObject, textIn } from './tokenizer-json.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** The classes of transformers that are GPT-2's byte-level byte-pair encoding. Others with the same files split words in other ways. */
const GPT2_LIKE: ReadonlySet<string | undefined> = new Set(
  ['GPT2Tokenizer', 'CodeGenTokenizer'].flatMap((name) => [name, `${name}Fast`]),
);

/** Which class transformers takes for a model where no file names one. */
const CLASS_OF_MODEL: JsonObject = { codegen: 'CodeGenTokenizer', gpt2: 'GPT2Tokenizer' };

/** Classes that are nothing but a tokenizer.json. */
const ONLY_JSON = /Fast$|^TokenizersBackend$/;

/** Fields that name special tokens; `additional_special_tokens` has a list. */
const NAMED_TOKENS = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token'];

/**
 * Reads the tokenizer of a folder from before tokenizer.json: `vocab.json` and `merges.txt` of GPT-2's kind, with
 * `added_tokens.json`, `special_tokens_map.json` and `tokenizer_config.json` where they are, and makes the tokenizer.json
 * that transformers would make of them.
 *
 * @returns undefined if there is nothing of the kind
 * @throws {InvalidTokenizerError} if the folder's tokenizer is of another class, naming it, or a file is not what it
 *   should be
 */
export async function slowTokenizerJson(folder: string): Promise<object | undefined> {
  const at = (name: string): string => join(folder, name);
  const config = await objectIn(at('tokenizer_config.json'));
  const vocab = await readJsonObject(at('vocab.json'));
  const merges = await textIn(at('merges.txt'));
  const tokenizerClass = tokenizerClassOf(config, await objectIn(at('config.json')));
  const isThere = vocab !== undefined && merges !== undefined;
  if (!GPT2_LIKE.has(tokenizerClass)) {
    const isSlow = tokenizerClass !== undefined && !ONLY_JSON.test(tokenizerClass);
    if (!isThere && !isSlow) return undefined;
    const problem = `tokenizer_class must be GPT2Tokenizer or CodeGenTokenizer where there is no tokenizer.json, got ${tokenizerClass ?? 'none'}`;
    throw new InvalidTokenizerError(at('tokenizer_config.json'), `${problem}; saving it with transformers makes one`);
  }
  if (!isThere) return undefined;
  const { errors = 'replace', add_prefix_space: addPrefixSpace, add_bos_token: addBosToken } = config;
  if (errors !== 'replace') {
    throw new InvalidTokenizerError(
      at('tokenizer_config.json'),
      `errors must be replace, got ${JSON.stringify(errors)}`,
    );
  }
  const ids = checkedVocabulary(at('vocab.json'), vocab);
  checkMerges(at('merges.txt'), merges, ids);
  const names = { ...config, ...(await objectIn(at('special_tokens_map.json'))) };
  const added = await addedTokens(folder, ids, config, specialTokensIn(names));
  const first = addBosToken === true ? tokenText(names['bos_token'] ?? SPECIAL_TOKENS.eos) : undefined;
  const firstToken = added.find(({ content }) => content === first);
  if (first !== undefined && firstToken === undefined) {
    throw new InvalidTokenizerError(at('vocab.json'), `want the bos_token ${first}, got no such token`);
  }
  return byteLevelBpeJson({ vocab: ids, merges }, added, {
    addPrefixSpace: addPrefixSpace === true,
    ...(firstToken !== undefined && { firstToken }),
  });
}

/** As transformers decides it: the tokenizer's own file first, then the model's, then the model's type. */
function tokenizerClassOf(config: JsonObject, model: JsonObject): string | undefined {
  const { model_type: modelType } = model;
  const byType = typeof modelType === 'string' ? CLASS_OF_MODEL[modelType] : undefined;
  return [config['tokenizer_class'], model['tokenizer_class'], byType].find((name) => typeof name === 'string');
}

function checkedVocabulary(path: string, vocab: object): Record<string, number> {
  for (const [token, id] of Object.entries(vocab)) {
    if (!isId(id)) throw new InvalidTokenizerError(path, `want ids by token, got ${JSON.stringify([token, id])}`);
  }
  return vocab as Record<string, number>;
}

/** Every merge is of two tokens that make a third. @throws {InvalidTokenizerError} */
function checkMerges(path: string, text: string, vocab: Readonly<Record<string, number>>): void {
  for (const merge of mergesIn(text)) {
    const parts = merge.split(' ');
    if (parts.length === 2 && [...parts, parts.join('')].every((token) => Object.hasOwn(vocab, token))) continue;
    throw new InvalidTokenizerError(path, `want two tokens a line that make a third, got ${JSON.stringify(merge)}`);
  }
}

/**
 * The special tokens that have an id, and all tokens beyond the vocabulary, by id. A list in tokenizer_config.json tells
 * their flags; added_tokens.json, which is older, tells only ids.
 */
async function addedTokens(
  folder: string,
  vocab: Readonly<Record<string, number>>,
  config: JsonObject,
  special: ReadonlySet<string>,
): Promise<AddedToken[]> {
  const added = new Map<number, AddedToken>();
  for (const content of special) {
    if (Object.hasOwn(vocab, content)) added.set(vocab[content]!, plainAddedToken(content, vocab[content]!, true));
  }
  const listed = config['added_tokens_decoder'];
  const path = join(folder, listed === undefined ? 'added_tokens.json' : 'tokenizer_config.json');
  const entries =
    listed === undefined
      ? Object.entries(await objectIn(path)).map(([content, id]) => [id, { content }] as const)
      : Object.entries(listed as object).map(([id, token]: [string, unknown]) => [Number(id), token] as const);
  const tokenOf = new Map(Object.entries(vocab).map(([token, id]) => [id, token]));
  for (const [id, token] of entries) {
    const content = tokenText(token);
    if (!isId(id) || content === undefined || (tokenOf.get(id) ?? content) !== content) {
      throw new InvalidTokenizerError(path, `want added tokens with free ids, got ${JSON.stringify([id, token])}`);
    }
    tokenOf.set(id, content);
    added.set(id, withFlags(plainAddedToken(content, id, special.has(content)), token as JsonObject));
  }
  return [...added.values()].toSorted((a, b) => a.id - b.id);
}

/** The flags that are stated over those that are usual. */
function withFlags(usual: AddedToken, stated: JsonObject): AddedToken {
  const flag = (name: Exclude<keyof AddedToken, 'id' | 'content'>): boolean => {
    const value = stated[name];
    return typeof value === 'boolean' ? value : usual[name];
  };
  return {
    ...usual,
    single_word: flag('single_word'),
    lstrip: flag('lstrip'),
    rstrip: flag('rstrip'),
    normalized: flag('normalized'),
    special: flag('special'),
  };
}

/** Texts of the special tokens; GPT-2's classes have their end-of-text token without being told. */
function specialTokensIn(names: JsonObject): ReadonlySet<string> {
  const more = names['additional_special_tokens'];
  const values = [...NAMED_TOKENS.map((name) => names[name]), ...(Array.isArray(more) ? (more as unknown[]) : [])];
  return new Set([SPECIAL_TOKENS.eos, ...values.map(tokenText).filter((text) => text !== undefined)]);
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

async function objectIn(path: string): Promise<JsonObject> {
  return { ...(await readJsonObject(path)) };
}
