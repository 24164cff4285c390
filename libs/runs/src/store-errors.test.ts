import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { StoreFullError, writeFailure } from './store-errors.ts';

/** What the system says when it is made to write there. */
function failureOf(path: string): unknown {
  try {
    writeFileSync(path, 'x');
  } catch (error) {
    return error;
  }
  throw new Error(`${path} could be written`);
}

test('a write for which there is no space becomes StoreFullError with the cause', () => {
  const cause = failureOf('/dev/full');
  const failure = writeFailure('runs/events.jsonl', cause);
  expect(failure).toBeInstanceOf(StoreFullError);
  expect(failure).toMatchObject({ path: 'runs/events.jsonl', cause });
});

test('any other failed write stays what it is', () => {
  const cause = failureOf('/');
  expect(writeFailure('runs/events.jsonl', cause)).toBe(cause);
});
