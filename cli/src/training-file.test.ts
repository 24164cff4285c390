import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readTrainingFile } from './training-file.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leti-training-file-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function read(text: string, ...sets: string[]): ReturnType<typeof readTrainingFile> {
  const file = join(folder, 'run.yaml');
  writeFileSync(file, text);
  return readTrainingFile(file, sets);
}

test('defaults are filled in, --set wins, and paths are absolute', () => {
  const settings = read(
    'problems: { task: mbpp, split: train, dataFolder: data }\niterations: 3\nbaseCheckpoint: { path: models/tiny }\n',
    'iterations=5',
    'fineTuning.learningRate=5e-4',
    'seed=18446744073709551615',
  );
  expect(settings).toMatchObject({
    problems: { task: 'mbpp', dataFolder: resolve('data') },
    iterations: 5,
    fineTuning: { learningRate: 5e-4 },
    baseCheckpoint: { path: resolve('models/tiny') },
    pretrainingMix: { corpus: '' },
    seed: 18446744073709551615n,
  });
});

test('names of what ships with LETI stay names', () => {
  const settings = read('problems: { task: micro }\npretrainingMix: { ratio: 1, corpus: micro-corpus }\n');
  expect(settings).toMatchObject({
    baseCheckpoint: { path: 'micro-base' },
    pretrainingMix: { corpus: 'micro-corpus' },
  });
});

test('every problem is named with file and line, or flag', () => {
  const wrong = (): unknown =>
    read('problems:\n  task: micro\nsampling:\n  temperature: -1\niteratons: 2\n', 'samplesPerProblem=0');
  expect(wrong).toThrow(/run\.yaml:4:16 sampling\.temperature: .*, got -1/);
  expect(wrong).toThrow(/run\.yaml:5:1 iteratons: unknown key; did you mean iterations\?/);
  expect(wrong).toThrow(/--set samplesPerProblem: expected at least 1, got 0/);
});
