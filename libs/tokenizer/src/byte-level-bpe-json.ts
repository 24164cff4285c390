/** GPT-2's byte-pair encoding, in the two files it was published in. */
export interface Gpt2Vocabulary {
  /** `encoder.json` (or `vocab.json`): GPT-2's own has 50,257 ids by token. */
  readonly vocab: Readonly<Record<string, number>>;
  /** The text of `vocab.bpe` (or `merges.txt`): two tokens a line, in the order in which they merge. */
  readonly merges: string;
}

/** A token that is matched in the text before anything else looks at it, as tokenizer.json has it. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly single_word: boolean;
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  readonly normalized: boolean;
  readonly special: boolean;
}

/** An added token with the flags that transformers gives one of which nothing else is known. */
export function plainAddedToken(content: string, id: number, special: boolean): AddedToken {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: !special, special };
}

/** The merges of a `merges.txt`, without its first line, which tells a version. */
export function mergesIn(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#version'));
}

/**
 * A byte-level byte-pair encoding as a `tokenizer.json`, in the form that transformers converts GPT-2's and CodeGen's to.
 *
 * @param added in the order of their ids
 * @param options.addPrefixSpace whether a text that begins without a space gets one. Default false
 * @param options.firstToken put before every text
 */
export function byteLevelBpeJson(
  { vocab, merges }: Gpt2Vocabulary,
  added: readonly AddedToken[],
  { addPrefixSpace = false, firstToken }: { readonly addPrefixSpace?: boolean; readonly firstToken?: AddedToken } = {},
): object {
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: addPrefixSpace, trim_offsets: true, use_regex: true },
    post_processor:
      firstToken === undefined
        ? { type: 'ByteLevel', add_prefix_space: true, trim_offsets: false, use_regex: true }
        : beginningWith(firstToken),
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      byte_fallback: false,
      vocab,
      merges: mergesIn(merges),
    },
  };
}

function beginningWith({ content, id }: AddedToken): object {
  const token = (typeId: number): object => ({ SpecialToken: { id: content, type_id: typeId } });
  const text = (name: 'A' | 'B', typeId: number): object => ({ Sequence: { id: name, type_id: typeId } });
  return {
    type: 'TemplateProcessing',
    single: [token(0), text('A', 0)],
    pair: [token(0), text('A', 0), token(1), text('B', 1)],
    special_tokens: { [content]: { id: content, ids: [id], tokens: [content] } },
  };
}
