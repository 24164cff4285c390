const INSERTED = [' ', '  ', '\t', '\n', '\n\n', ' # note\n', '\n# "\n', '\\\n', '#', '"', '(', ')', '=', '.', 'e'];

/**
 * A program with a few places changed where spacing may or may not matter: blanks, line ends and comments put in or taken
 * out anywhere, also within names, operators, numbers and strings. Some results are the same program, some another, some
 * none. The same seed makes the same text.
 */
export function respaced(source: string, seed: number): string {
  const next = randomNumbers(seed);
  let text = source;
  for (let change = 0; change <= next(4); change++) {
    const place = next(text.length + 1);
    const blanks = /[ \t\n]+/g;
    blanks.lastIndex = place;
    const found = blanks.exec(text);
    switch (next(5)) {
      case 0:
        if (found !== null) text = text.slice(0, found.index) + text.slice(found.index + found[0].length);
        break;
      case 1:
        if (found !== null) text = text.slice(0, found.index) + ' ' + text.slice(found.index);
        break;
      case 2:
        text = text.replace(/\n/g, (end) => (next(6) === 0 ? '  # note\n\n' : end));
        break;
      case 3:
        text = text.replace(/([-+*/%<>=(),:[\]])/g, (operator) => (next(8) === 0 ? ` ${operator} ` : operator));
        break;
      default:
        text = text.slice(0, place) + INSERTED[next(INSERTED.length)] + text.slice(place);
    }
  }
  return text;
}

/** Whole numbers from 0 to bound - 1. @see mulberry32 by Tommy Ettinger */
function randomNumbers(seed: number): (bound: number) => number {
  let state = seed | 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) % bound;
  };
}
