import { isBlind } from './blind-lines.ts';
import { pythonLines } from './python-tokens.ts';

/**
 * A text that programs have in common which differ in comments, blank lines and spacing only, and so pass or fail
 * alike. Undefined for a program that is not known to be blind to its line numbers.
 */
export function tokenText(source: string): string | undefined {
  const lines = pythonLines(source);
  if (lines === undefined || !isBlind(lines)) return undefined;
  // No token holds a control character other than tab and newline.
  return lines.map(({ indentation, tokens }) => `${indentation}${tokens.join('\x1f')}`).join('\x1e');
}

/** Whether test code is known to ask for nothing that depends on where a solution's lines are: by a program's own rule. */
export function isBlindTest(code: string): boolean {
  return tokenText(code) !== undefined;
}
