import { byteLevelBpeJson, plainAddedToken, type Gpt2Vocabulary } from '../byte-level-bpe-json.ts';

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
export function codegenTokenizerJson(vocabulary: Gpt2Vocabulary, added: readonly string[] = []): object {
  const { vocab } = vocabulary;
  const size = Object.keys(vocab).length;
  const whiteSpace = whiteSpaceTokens();
  return byteLevelBpeJson(vocabulary, [
    plainAddedToken('<|endoftext|>', vocab['<|endoftext|>']!, true),
    ...whiteSpace.map((content, i) => plainAddedToken(content, size + i, false)),
    ...added.map((content, i) => plainAddedToken(content, size + whiteSpace.length + i, true)),
  ]);
}

/** CodeGen's tokens beyond GPT-2's, in the order of their ids. */
export function whiteSpaceTokens(): string[] {
  const runs = (character: string, most: number): string[] =>
    Array.from({ length: most - 1 }, (_, i) => character.repeat(most - i));
  return [...runs(' ', MOST_SPACES), ...runs('\t', MOST_TABS)];
}
