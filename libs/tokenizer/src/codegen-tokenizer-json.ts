/** GPT-2's byte-pair encoding, in the two files it was published in. */
export interface Gpt2Vocabulary {
  /** `encoder.json` (or `vocab.json`): 50,257 ids by token. */
  readonly vocab: Readonly<Record<string, number>>;
  /** The text of `vocab.bpe` (or `merges.txt`): two tokens a line, in the order in which they merge. */
  readonly merges: string;
}

const MOST_SPACES = 31;
const MOST_TABS = 9;

/**
 * CodeGen's tokenizer as a `tokenizer.json`: GPT-2's, and a token for every run of 2 to 31 spaces and of 2 to 9 tabs,
 * which are matched first, longest first. n spaces have id 50288 − n, n tabs 50296 − n. For who has the published
 * vocabulary but no checkpoint folder: released CodeGen folders carry this very file.
 *
 * @param added tokens to go on with at id 50295, special ones, e.g. LETI's
 * @see Nijkamp et al. 2022, arXiv:2203.13474, and `jaxformer/hf/sample.py` of its code
 */
export function codegenTokenizerJson({ vocab, merges }: Gpt2Vocabulary, added: readonly string[] = []): object {
  const runs = (character: string, most: number): string[] =>
    Array.from({ length: most - 1 }, (_, i) => character.repeat(most - i));
  const size = Object.keys(vocab).length;
  const whiteSpace = [...runs(' ', MOST_SPACES), ...runs('\t', MOST_TABS)];
  const token = (content: string, id: number, special: boolean): object => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: !special,
    special,
  });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [
      token('<|endoftext|>', vocab['<|endoftext|>']!, true),
      ...whiteSpace.map((content, i) => token(content, size + i, false)),
      ...added.map((content, i) => token(content, size + whiteSpace.length + i, true)),
    ],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: false, use_regex: true },
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
      merges: merges.split('\n').filter((line) => line !== '' && !line.startsWith('#version')),
    },
  };
}
