import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openScalarWriter } from './scalar-writer.ts';
import { readScalars } from './testing/event-file.ts';
import './testing/matchers.ts';

const root = mkdtempSync(join(tmpdir(), 'leti-scalars-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('openScalarWriter', () => {
  test('writes what TensorBoard reads: tag, step and value of each point', () => {
    const folder = join(root, 'new', 'folder');
    const writer = openScalarWriter(folder);
    writer.scalar('loss/fcft', 1.5, 1);
    writer.scalar('loss/fcft', 0.75, 2);
    writer.scalar('pass@1', -2, 2_000_000_000);
    writer.flush();
    expect(readScalars(folder)).toEqual([
      { tag: 'loss/fcft', step: 1, value: 1.5 },
      { tag: 'loss/fcft', step: 2, value: 0.75 },
      { tag: 'pass@1', step: 2_000_000_000, value: -2 },
    ]);
    writer.scalar('later', 0, 4);
    writer.flush();
    expect(readScalars(folder)).toHaveLength(4);
  });

  test('goes on with the same file when the folder is opened again', () => {
    const folder = join(root, 'twice');
    openScalarWriter(folder).scalar('a', 1, 1);
    const again = openScalarWriter(folder);
    again.scalar('a', 2, 2);
    again.flush();
    expect(readdirSync(folder)).toHaveLength(1);
    expect(readScalars(folder).map(({ value }) => value)).toEqual([1, 2]);
  });

  test('keeps values that are not finite, and refuses steps that are no integers', () => {
    const folder = join(root, 'odd');
    const writer = openScalarWriter(folder);
    writer.scalar('loss', NaN, 1);
    writer.flush();
    expect(readScalars(folder)).toEqual([{ tag: 'loss', step: 1, value: NaN }]);
    expect(() => writer.scalar('loss', 1, 1.5)).toThrow('step is expected to be an integer');
  });

  test('leaves no tensor', () => {
    const writer = openScalarWriter(join(root, 'memory'));
    expect(() => writer.scalar('a', 1, 1)).toAllocate(0);
  });
});
