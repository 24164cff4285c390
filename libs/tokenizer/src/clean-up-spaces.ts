/** In this order, each on the result of those before: ` ' ` first would leave another text than last. */
const REPLACEMENTS: readonly (readonly [from: string, to: string])[] = [
  [' .', '.'],
  [' ?', '?'],
  [' !', '!'],
  [' ,', ','],
  [" ' ", "'"],
  [" n't", "n't"],
  [" 'm", "'m"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
];

/**
 * What transformers' `clean_up_tokenization_spaces` does to decoded text: it takes out spaces before English punctuation
 * and contractions. Meant for prose, it changes programs: `print ('a' , 'b')` loses a space, and a string may lose its
 * own. The published system decodes this way, so `faithful` runs do; nothing else should.
 */
export function cleanUpSpaces(text: string): string {
  return REPLACEMENTS.reduce((cleaned, [from, to]) => cleaned.replaceAll(from, to), text);
}
