import { UnsupportedFieldError } from './token-pieces.ts';

/** The field `pre_tokenizer` of a tokenizer.json, or a part of it. */
export interface PreTokenizerJson {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The split that the ByteLevel pre-tokenizer does by itself: GPT-2's. */
const GPT2_PATTERN = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

/** What the Rust tokenizers take for punctuation: ASCII symbols too. */
const PUNCTUATION = '[\\p{P}\\u0021-\\u002F\\u003A-\\u0040\\u005B-\\u0060\\u007B-\\u007E]';

/**
 * The same pre-tokenizer in the parts that `@huggingface/tokenizers` does as the Rust tokenizers do. It writes patterns
 * of its own for some types, with JavaScript's idea of white space (which has U+FEFF and lacks U+0085) and of digits
 * (ASCII only), and leaves out some options; a Split with an explicit pattern it translates with care.
 *
 * @param json null splits nothing
 * @throws {UnsupportedFieldError} for an option that would be left out, so that no text is split in another way unnoticed
 */
export function portablePreTokenizer(json: PreTokenizerJson | null): PreTokenizerJson | null {
  if (json === null) return null;
  switch (json.type) {
    case 'Sequence': {
      const parts = json['pretokenizers'] as readonly PreTokenizerJson[];
      return { ...json, pretokenizers: parts.map(portablePreTokenizer) };
    }
    case 'ByteLevel':
      return byteLevel(json);
    case 'Digits':
      return isolated(json['individual_digits'] === true ? '\\p{N}' : '\\p{N}+');
    case 'Metaspace':
      return metaspace(json);
    case 'BertPreTokenizer':
      return sequence([onlyMatches('\\S+'), isolated(PUNCTUATION)]);
    case 'Whitespace':
      return onlyMatches('\\w+|[^\\w\\s]+');
    case 'WhitespaceSplit':
      return onlyMatches('\\S+');
    case 'Punctuation':
      return checkedSplit({ ...isolated(PUNCTUATION), behavior: json['behavior'] ?? 'Isolated' });
    case 'Split':
      return checkedSplit(json);
    default:
      return json;
  }
}

/** A space before what begins without one: a Metaspace that marks a space by a space. */
const PREFIX_SPACE: PreTokenizerJson = { type: 'Metaspace', replacement: ' ', prepend_scheme: 'always', split: false };

function byteLevel(json: PreTokenizerJson): PreTokenizerJson {
  if (json['use_regex'] === false) return json;
  const bytes = { ...json, add_prefix_space: false, use_regex: false };
  return sequence([...(json['add_prefix_space'] === true ? [PREFIX_SPACE] : []), isolated(GPT2_PATTERN), bytes]);
}

function metaspace(json: PreTokenizerJson): PreTokenizerJson {
  const scheme = json['prepend_scheme'] ?? (json['add_prefix_space'] === false ? 'never' : 'always');
  const whole = { ...json, prepend_scheme: scheme };
  if (json['split'] === false) return whole;
  const mark = `\\u{${((json['replacement'] as string | undefined) ?? '▁').codePointAt(0)!.toString(16)}}`;
  return sequence([whole, onlyMatches(`${mark}[^${mark}]*|[^${mark}]+`)]);
}

/** Of the ways to treat what matches, the library knows these; any other it takes for Isolated. */
function checkedSplit(json: PreTokenizerJson): PreTokenizerJson {
  const { behavior, invert } = json;
  if (invert === true ? behavior === 'Removed' : behavior === 'Isolated' || behavior === 'Removed') return json;
  throw new UnsupportedFieldError(
    `pre_tokenizer: want Split with Isolated, Removed, or inverted Removed, got ${invert === true ? 'inverted ' : ''}${String(behavior)}`,
  );
}

function isolated(pattern: string): PreTokenizerJson {
  return { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false };
}

function onlyMatches(pattern: string): PreTokenizerJson {
  return { type: 'Split', pattern: { Regex: pattern }, behavior: 'Removed', invert: true };
}

function sequence(pretokenizers: readonly PreTokenizerJson[]): PreTokenizerJson {
  return { type: 'Sequence', pretokenizers };
}
