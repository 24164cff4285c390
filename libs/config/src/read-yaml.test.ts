import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readYaml } from './read-yaml.ts';

const schema = z.object({
  task: z.enum(['micro', 'mbpp']),
  samples: z.int().min(1),
  stages: z.array(z.object({ steps: z.int().min(1) })).default([]),
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leti-yaml-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (text: string): unknown => {
  const path = join(folder, 'run.yaml');
  writeFileSync(path, text);
  return readYaml(path, schema);
};

describe('readYaml', () => {
  test('gives the checked value', () => {
    expect(read('task: micro\nsamples: 4\n')).toEqual({ task: 'micro', samples: 4, stages: [] });
  });

  test.each([
    ['task: micro\nsamples: 0\n', /run\.yaml:2:10 samples: expected at least 1, got 0$/],
    ['task: micro\nsamples: 1.5\n', /run\.yaml:2:10 samples: expected an integer, got 1.5$/],
    ['task: humaneval\nsamples: 1\n', /run\.yaml:1:7 task: expected one of micro, mbpp, got "humaneval"$/],
    ['task: micro\nsamples: 1\nbatch: 3\n', /run\.yaml:3:1 batch: unknown key; known: task, samples, stages$/],
    ['task: micro\n', /run\.yaml:1:1 samples: required, expected a number$/],
    ['', /2 problems/],
    [
      'task: micro\nsamples: 1\nstages:\n  - steps: 1\n  - stepz: 2\n',
      /run\.yaml:5:5 stages\.1\.stepz: unknown key; did you mean steps\?/,
    ],
    ['task: micro\nsamples: 1\nstages:\n  - steps: 1\n  - steps: 0\n', /run\.yaml:5:12 stages\.1\.steps: expected at/],
    ['task: [micro\nsamples: 1\n', /run\.yaml:2:\d+: /],
    ['task: micro\n\tsamples: 1\n', /run\.yaml:2:1: /],
    ['- task\n', /run\.yaml:1:1: expected an object with keys, got \["task"\]$/],
  ])('names line and column in %j', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  test('names a file that is missing', () => {
    expect(() => readYaml(join(folder, 'none.yaml'), schema)).toThrow(/none\.yaml: no such file$/);
  });

  test('names a folder given as a file', () => {
    expect(() => readYaml(folder, schema)).toThrow(/: a folder, not a file$/);
  });

  test('finds places through anchors', () => {
    const text = 'task: micro\nsamples: 1\nstages:\n  - &a\n    steps: 0\n  - *a\n';
    expect(() => read(text)).toThrow(/run\.yaml:5:12 stages\.0\.steps.*\n.*run\.yaml:5:12 stages\.1\.steps/);
  });
});
