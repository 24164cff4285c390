import { createHash } from 'node:crypto';
import type { BoundedProgram } from './supervisor.ts';
import { isBlindTest, tokenText } from './token-text.ts';

/**
 * The key of what decides a program's verdict, byte for byte. Without the caller's id, and with nothing that stays the
 * same as long as a runner lives: runtime, interpreter, calibration.
 */
export function exactKey({ prompt, solution, testSetupCode, tests, limits, judge, feedback }: BoundedProgram): string {
  return digest(['exact', prompt, solution, testSetupCode, tests, limits, judge, feedback]);
}

/**
 * A key that programs share which differ in comments, blank lines and spacing only. When one of them passes, so do the
 * others; when one fails, its feedback, which tells lines, is still its own. Undefined where that cannot be promised.
 */
export function sameTokensKey(program: BoundedProgram): string | undefined {
  const { prompt, solution, testSetupCode, tests, limits, judge, feedback } = program;
  if (judge?.kind === 'text_match') return undefined; // It is the text that is judged.
  if (![testSetupCode, ...tests].every(isBlindTest)) return undefined;
  const text = tokenText(prompt + solution);
  // The empty text is one like any other: its key has the tests in it too.
  return text === undefined
    ? undefined
    : digest(['tokens', prompt, text, testSetupCode, tests, limits, judge, feedback]);
}

function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}
