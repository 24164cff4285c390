import type { FieldPath } from './field-path.ts';

/** Both directions between a closed set of domain words and a proto enum's numbers. */
export interface EnumTable<Word extends string, Value extends number> {
  /** Total: every word has a number. */
  toProto(word: Word): Value;
  /** A number outside the table is reported at `at`; what is returned then is only a stand-in. */
  fromProto(value: number, at: FieldPath): Word;
}

/**
 * @param values the number of every word
 * @param options.prefix of the enum's value names in the proto, for messages
 * @param options.unspecified the word that `_UNSPECIFIED` stands for; without it that value is a violation
 */
export function enumTable<Word extends string, Value extends number>(
  values: Readonly<Record<Word, Value>>,
  options: { readonly prefix: string; readonly unspecified?: Word },
): EnumTable<Word, Value> {
  const entries = Object.entries(values) as [Word, Value][];
  const words = new Map<number, Word>(entries.map(([word, value]) => [value, word]));
  if (options.unspecified !== undefined) words.set(0, options.unspecified);
  const names = entries.map(([word]) => `${options.prefix}${word.toUpperCase()}`).join(', ');
  return {
    toProto: (word) => values[word],
    fromProto(value, at) {
      const word = words.get(value);
      if (word !== undefined) return word;
      at.reject(`must be one of ${names}`, value);
      return entries[0]![0];
    },
  };
}
