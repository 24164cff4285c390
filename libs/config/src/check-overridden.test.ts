import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkOverridden } from './check-overridden.ts';
import { parseOverride } from './override.ts';

const schema = z.strictObject({ epochs: z.int().min(1), rate: z.number().default(1) });
const check = (...sets: string[]) =>
  checkOverridden(
    schema,
    { epochs: 2 },
    'run x',
    sets.map((text) => parseOverride('--set', text)),
  );

test('overrides stand over the values', () => {
  expect(check('rate=0.5')).toEqual({ epochs: 2, rate: 0.5 });
  expect(check()).toEqual({ epochs: 2, rate: 1 });
});

test('every problem names the override, or where the values are from', () => {
  expect(() => check('epochs=0', 'rat=3')).toThrow(/--set epochs.*0[^]*--set rat|--set rat[^]*--set epochs.*0/);
  expect(() => checkOverridden(schema, { epochs: 0 }, 'run x', [])).toThrow(/run x/);
});
