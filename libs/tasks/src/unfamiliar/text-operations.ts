import { eachK, eachLetter, NO_PARAMETERS } from '../micro/family.ts';
import { sentence, word, WORDS, wordWith } from '../micro/families/inputs.ts';
import type { Random } from '../micro/random.ts';
import { operation } from './operation.ts';

const LETTERS = 'abcdefghilmnoprstuw';
const SEPARATORS = ['-', '+', '/', ';', ':', '|', '_', '=', '.', '!'].map((c) => ({ c }));

/** A word with about half of its letters large. */
function mixedCase(random: Random): string {
  return word(random)
    .split('')
    .map((letter) => (random.next() < 0.5 ? letter : letter.toUpperCase()))
    .join('');
}

const upperFirst = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
const repeated = (c: string, times: number): string => c.repeat(Math.max(0, times));

/** Methods of `str`. */
export const TEXT_OPERATIONS = [
  operation({
    method: 'swapcase',
    call: 'return s.{method}()',
    stems: ['flip', 'invert', 'toggle', 'switch'],
    tails: ['case', '_case', 'letters', 'text'],
    parameters: NO_PARAMETERS,
    phrases: [
      'make small letters large and large letters small',
      'exchange large and small letters',
      'write each letter in the other case',
      'give every letter its other case',
    ],
    entryNames: ['other_case', 'crossed'],
    takes: 's',
    inputs: (random) => [mixedCase(random)],
    solve: (_, s: string) =>
      s
        .split('')
        .map((c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase()))
        .join(''),
  }),
  operation({
    method: 'capitalize',
    call: 'return s.{method}()',
    stems: ['big', 'upper', 'raise', 'cap'],
    tails: ['first', '_first', 'initial', 'start'],
    parameters: NO_PARAMETERS,
    phrases: [
      'make the first letter of a text large',
      'begin a text with a large letter',
      'write a text with a large letter in front',
      'turn the first letter of a text into a large one',
    ],
    entryNames: ['large_start', 'as_sentence'],
    takes: 's',
    inputs: (random) => [sentence(random)],
    solve: (_, s: string) => upperFirst(s),
  }),
  operation({
    method: 'zfill',
    call: 'return s.{method}({k})',
    stems: ['zero', 'nought', 'null', 'lead'],
    tails: ['pad', 'fill', 'front', 'width'],
    parameters: eachK(3, 9),
    phrases: [
      'put zeros before a number until it has {k} digits',
      'write a number with {k} digits by zeros in front',
      'fill a number with zeros to {k} places',
    ],
    entryNames: ['with_zeros', 'house_number'],
    takes: 's',
    inputs: (random) => [String(random.integer(1, 9999))],
    solve: ({ k }, s: string) => repeated('0', k - s.length) + s,
  }),
  operation({
    method: 'ljust',
    call: "return s.{method}({k}, '.')",
    stems: ['pad', 'fill', 'widen', 'stretch'],
    tails: ['right', '_right', 'end', 'after'],
    parameters: eachK(4, 12),
    phrases: [
      'put dots behind a word until it has {k} letters',
      'write a word with dots after it, {k} wide',
      'fill a word with dots on the right to {k} places',
    ],
    entryNames: ['dotted_line', 'dots_behind'],
    takes: 's',
    inputs: (random) => [word(random)],
    solve: ({ k }, s: string) => s + repeated('.', k - s.length),
  }),
  operation({
    method: 'isdigit',
    call: 'return s.{method}()',
    stems: ['only', 'all', 'just', 'has'],
    tails: ['digits', 'numbers', 'numeric', 'figures'],
    parameters: NO_PARAMETERS,
    phrases: [
      'tell whether a text has digits only',
      'check if every character is a digit',
      'return whether a text is made of digits',
      'see if there are only digits in a text',
    ],
    entryNames: ['digits_only', 'is_count'],
    takes: 's',
    inputs: (random) => [
      random.next() < 0.5
        ? String(random.integer(10, 9999))
        : `${random.integer(1, 99)}${random.pick(['a', 'x', 'k'])}`,
    ],
    solve: (_, s: string) => /^\d+$/.test(s),
  }),
  operation({
    method: 'startswith',
    call: "return s.{method}('{c}')",
    stems: ['begins', 'opens', 'leads', 'starts'],
    tails: ['with', '_with', 'by', 'at'],
    parameters: eachLetter(LETTERS),
    phrases: [
      "tell whether a word starts with '{c}'",
      "check if the first letter of a word is '{c}'",
      "see if '{c}' is the first letter",
    ],
    entryNames: ['has_start', 'opening'],
    takes: 's',
    inputs: (random, { c }) => [random.next() < 0.5 ? c + word(random) : word(random)],
    solve: ({ c }, s: string) => s.startsWith(c),
  }),
  operation({
    method: 'rfind',
    call: "return s.{method}('{c}')",
    stems: ['last', 'final', 'latest', 'hind'],
    tails: ['_of', 'where', 'place', 'spot'],
    parameters: eachLetter(LETTERS),
    phrases: [
      "return where '{c}' last stands in a word",
      "give the last place of '{c}' in a word",
      "say at which place the last '{c}' is",
    ],
    entryNames: ['end_place', 'far_offset'],
    takes: 's',
    inputs: (random, { c }) => [wordWith(random, c)],
    solve: ({ c }, s: string) => s.lastIndexOf(c),
  }),
  operation({
    method: 'lstrip',
    call: "return s.{method}('{c}')",
    stems: ['trim', 'shave', 'peel', 'clip'],
    tails: ['left', '_left', 'start', 'front'],
    parameters: eachLetter(LETTERS),
    phrases: ["take every '{c}' off the start of a word", "drop all '{c}' before a word", "remove each leading '{c}'"],
    entryNames: ['bare_start', 'without_head'],
    takes: 's',
    inputs: (random, { c }) => [repeated(c, random.integer(1, 3)) + random.pick(WORDS.filter((w) => !w.startsWith(c)))],
    solve: ({ c }, s: string) => s.replace(new RegExp(`^${c}+`), ''),
  }),
  operation({
    method: 'split',
    call: "return s.{method}('{c}')",
    stems: ['cut', 'break', 'divide', 'part'],
    tails: ['at', '_at', 'by', 'apart'],
    parameters: SEPARATORS,
    phrases: [
      "return the words between the '{c}' of a text",
      "list what stands between each '{c}'",
      "give the parts of a text with '{c}' between them",
    ],
    entryNames: ['parts', 'pieces'],
    takes: 's',
    inputs: (random, { c }) => [Array.from({ length: random.integer(2, 3) }, () => word(random)).join(c)],
    solve: ({ c }, s: string) => s.split(c),
  }),
] as const;
