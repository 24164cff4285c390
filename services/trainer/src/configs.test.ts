import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readYaml } from '@leti/config';
import { type TrainingSettings, trainingSettingsSchema } from '@leti/leti';
import { findTask } from '@leti/tasks';
import { describe, expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../configs/', import.meta.url));
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
const read = (file: string): TrainingSettings => readYaml(`${folder}${file}`, trainingSettingsSchema);

describe.each(files)('configs/%s', (file) => {
  test('is valid, of a task and split that exist, and says how to run it', () => {
    const { problems } = read(file);
    if ('inline' in problems) throw new Error('want problems of a task');
    expect(findTask(problems.task).splits).toContain(problems.split);
    expect(readFileSync(`${folder}${file}`, 'utf8')).toContain(`--config services/trainer/configs/${file}`);
  });
});

describe('the experiments of the paper', () => {
  const paper = (name: string): TrainingSettings => read(`experiments/paper-${name}.yaml`);
  /** Optimizer steps of an iteration on MBPP's 374 problems, or the first so many. */
  const stepsOf = ({ problems, samplesPerProblem: n, fineTuning, pretrainingMix, objective }: TrainingSettings) => {
    const P = 'inline' in problems ? 0 : (problems.limit ?? 374);
    const perEpoch = Math.ceil((objective === 'supervised' ? P : P * n) / fineTuning.batchSize);
    const kinds = objective === 'pretraining' ? 1 : 1 + pretrainingMix.ratio;
    return fineTuning.epochs * perEpoch * kinds;
  };

  test('are all in faithful mode', () => {
    const experiments = files.filter((file) => file.includes('paper-'));
    expect(experiments).toHaveLength(17);
    for (const file of experiments) expect(read(file).mode).toBe('faithful');
  });
  test.each([
    ['350m', 1e-5],
    ['2b', 5e-6],
  ])('with %s take the published numbers of updates', (model, learningRate) => {
    expect(paper(`${model}-textual`).fineTuning).toMatchObject({ learningRate, batchSize: 128, binaryOnly: false });
    expect(stepsOf(paper(`${model}-textual`))).toBe(2244);
    expect(stepsOf(paper(`${model}-binary`))).toBe(2244);
    expect(stepsOf(paper(`${model}-no-mix`))).toBe(1122);
    expect(stepsOf(paper(`${model}-only-pretraining`))).toBe(1122);
    const supervised = paper(`${model}-supervised`);
    expect(stepsOf(supervised) * supervised.iterations).toBe(30);
    expect(supervised.fineTuning.order).toBe('shuffled_once');
    expect(paper(`${model}-binary`).fineTuning.binaryOnly).toBe(true);
    expect(paper(`${model}-conditions`).validation.conditions).toEqual(['good', 'bad', 'none']);
  });
  test('vary n and |P| one at a time', () => {
    const cell = ({ problems, samplesPerProblem }: TrainingSettings) => [
      'inline' in problems ? 0 : problems.limit,
      samplesPerProblem,
    ];
    expect([16, 64].map((n) => cell(paper(`2b-n-${n}`)))).toEqual([
      [undefined, 16],
      [undefined, 64],
    ]);
    expect([16, 64, 128].map((count) => cell(paper(`2b-problems-${count}`)))).toEqual([
      [16, 128],
      [64, 128],
      [128, 128],
    ]);
    expect(cell(paper('2b-textual'))).toEqual([undefined, 128]);
  });
});

describe('the experiments on the micro world', () => {
  const cell = (name: string): TrainingSettings => read(`experiments/micro-${name}.yaml`);
  const base = cell('textual');

  test.each<[string, (settings: TrainingSettings) => TrainingSettings]>([
    ['binary', (settings) => ({ ...settings, fineTuning: { ...settings.fineTuning, binaryOnly: true } })],
    ['no-mix', (settings) => ({ ...settings, pretrainingMix: cell('no-mix').pretrainingMix })],
    ['n-4', (settings) => ({ ...settings, samplesPerProblem: 4 })],
    ['n-64', (settings) => ({ ...settings, samplesPerProblem: 64 })],
    ['problems-16', (settings) => ({ ...settings, problems: { ...settings.problems, limit: 16 } })],
    ['problems-128', (settings) => ({ ...settings, problems: { ...settings.problems, limit: 128 } })],
  ])('%s differs from the base cell in that alone', (name, changed) => {
    const conditions = ['good'] as const;
    expect(cell(name)).toEqual(changed({ ...base, validation: { ...base.validation, conditions } }));
  });
  test('without samples differ from it in their objective', () => {
    expect(cell('only-pretraining').pretrainingMix).toEqual(base.pretrainingMix);
    expect(cell('only-pretraining').objective).toBe('pretraining');
    const { objective, iterations, fineTuning } = cell('supervised');
    expect([objective, iterations * fineTuning.epochs]).toEqual(['supervised', 30]);
    expect(cell('no-mix').pretrainingMix.ratio).toBe(0);
  });
});
