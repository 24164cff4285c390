import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { applyOverrides, parseOverride } from './override.ts';
import { readYaml } from './read-yaml.ts';

test.each([
  ['a=1', ['a'], 1],
  ['a.b=true', ['a', 'b'], true],
  ['a=text with = in it', ['a'], 'text with = in it'],
  ['a=[x, 2]', ['a'], ['x', 2]],
  ['a=18446744073709551615', ['a'], 18446744073709551615n],
  ['a=', ['a'], null],
])('reads %s', (text, path, value) => {
  expect(parseOverride('--set', text)).toMatchObject({ path, value });
});

test.each(['a', '=1', '', '.a=1'])('refuses %j', (text) => {
  expect(() => parseOverride('--set', text)).toThrow(`--set: expected key=value, got '${text}'`);
});

test('refuses a value that is not YAML', () => {
  expect(() => parseOverride('--set', 'a=[1')).toThrow("--set a: expected a YAML value, got '[1'");
});

test('the last override of a key wins, and others keep their values', () => {
  const overrides = ['a.b=1', 'c=3', 'a.b=2'].map((text) => parseOverride('--set', text));
  const settings = { a: { x: 0 } };
  expect(applyOverrides(settings, overrides)).toEqual({ a: { x: 0, b: 2 }, c: 3 });
  expect(settings).toEqual({ a: { x: 0 } });
});

test('a wrong override is named by its flag, and what the file has by its line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leti-override-'));
  const path = join(folder, 'run.yaml');
  writeFileSync(path, 'samples: 0\nstage: { steps: 1 }\n');
  const schema = z.strictObject({ samples: z.int().min(1), stage: z.strictObject({ steps: z.int().min(1) }) });
  const read = (...texts: string[]): unknown =>
    readYaml(
      path,
      schema,
      texts.map((text) => parseOverride('--set', text)),
    );
  expect(read('samples=2')).toEqual({ samples: 2, stage: { steps: 1 } });
  expect(() => read('stage.steps=0')).toThrow(/run\.yaml:1:10 samples: .*\n\s+--set stage\.steps: expected at least 1/);
  expect(() => read('samples=1', 'stage.stepz=1')).toThrow(/^--set stage\.stepz: unknown key; did you mean steps\?/);
  rmSync(folder, { recursive: true });
});
