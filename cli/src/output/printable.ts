// Control characters but tab and line feed, and what turns the direction of writing.
const UNPRINTABLE = /(?![\t\n])[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/**
 * A text as a terminal may be given it: programs under judgement have their words in feedback, ids and error messages, and a
 * terminal takes some characters for commands. Those are shown as escapes; CRLF is a line end.
 */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(UNPRINTABLE, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : escaped(character);
  });
}

/** The same for JSON, whose meaning stays. Line breaks can only be between its values. */
export const printableJson = (json: string): string => json.replace(UNPRINTABLE, escaped);

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
