import { describe, expect, test } from 'vitest';
import { MODES } from './choices.ts';
import { modeDefaults } from './mode-defaults.ts';
import { settingsFromBeforeModes } from './settings-from-before-modes.ts';
import { MODE_SWITCHES } from './mode-switches.ts';
import { parseTrainingSettings } from './parse-training-settings.ts';

const task = { problems: { task: 'micro' } };
const inline = { problems: { inline: [{ problemId: 'a', prompt: '', tests: ['assert f()'] }] } };

/** The value at a dotted path. */
const at = (values: unknown, setting: string): unknown =>
  setting.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], values);

/** Dotted paths to everything that is no object. */
const leavesOf = (values: object, path: readonly string[] = []): string[] =>
  Object.entries(values).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? leavesOf(value, [...path, key])
      : [[...path, key].join('.')],
  );

describe('mode', () => {
  test('is fixed unless it is named', () => {
    expect(parseTrainingSettings(task)).toEqual(parseTrainingSettings({ ...task, mode: 'fixed' }));
  });
  test.each(MODES)('%s fills in what is left out, and gives the result back again', (mode) => {
    for (const problems of [task, inline])
      for (const objective of ['fcft', 'supervised'] as const) {
        const gold = { problems: { inline: [{ ...inline.problems.inline[0]!, referenceSolution: 'x' }] } };
        const source = objective === 'supervised' && problems === inline ? gold : problems;
        const settings = parseTrainingSettings({ ...source, objective, mode });
        const defaults = modeDefaults(mode, { objective, inline: problems === inline });
        const leaves = leavesOf(defaults).filter((leaf) => leaf !== 'problems.rawGold' || problems === task);
        for (const leaf of leaves) expect(at(settings, leaf)).toEqual(at(defaults, leaf));
        expect(parseTrainingSettings(settings)).toEqual(settings);
        expect(parseTrainingSettings(JSON.parse(JSON.stringify({ ...settings, seed: '7' })))).toEqual({
          ...settings,
          seed: 7n,
        });
      }
  });
  test.each(MODES)('%s decides nothing that the settings say', (mode) => {
    for (const other of MODES) {
      const said = parseTrainingSettings({ ...task, mode: other });
      expect(parseTrainingSettings({ ...said, mode })).toEqual({ ...said, mode });
    }
  });
  test('differs exactly in the switches that are listed', () => {
    const context = { objective: 'fcft', inline: false } as const;
    const [faithful, fixed] = MODES.map((mode) => modeDefaults(mode, context)) as [object, object];
    const differing = leavesOf(faithful).filter(
      (leaf) => JSON.stringify(at(faithful, leaf)) !== JSON.stringify(at(fixed, leaf)),
    );
    expect([...new Set(MODE_SWITCHES.map(({ setting }) => setting))].toSorted()).toEqual(differing.toSorted());
    for (const { faithful: one, fixed: other, why } of MODE_SWITCHES) {
      expect(one).not.toEqual(other);
      expect(why).not.toBe('');
    }
  });
  test('leaves a run from before there were modes as it was', () => {
    expect(parseTrainingSettings(settingsFromBeforeModes(task))).toMatchObject({
      totalTokens: 0,
      seedSchedule: 'per_iteration',
      firstCondition: 'none',
      condition: 'good',
      sampling: { maxNewTokens: 384, cleanUpSpaces: false },
      fineTuning: { batchSize: 32, gradientClip: 1, maxSequenceTokens: 1024, order: 'shuffled', layout: 'padded' },
      pretrainingMix: {
        batchSize: 32,
        form: 'documents',
        separator: 'end_of_text',
        cursor: 'continue',
        heldOutShare: 0,
      },
      dataset: { deduplicate: 'none', balance: 'none', replayWindow: 0 },
      validation: { split: '' },
      checkpoints: { keepLast: 0 },
    });
    for (const today of [{ ...task, mode: 'fixed' }, parseTrainingSettings(task), 'no settings'])
      expect(settingsFromBeforeModes(today)).toBe(today);
    const chosen = { ...task, fineTuning: { epochs: 7, layout: 'packed' } };
    expect(parseTrainingSettings(settingsFromBeforeModes(chosen)).fineTuning).toMatchObject(chosen.fineTuning);
  });
});
