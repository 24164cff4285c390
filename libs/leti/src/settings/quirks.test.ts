import { describe, expect, test } from 'vitest';
import { MODE_SWITCHES } from './mode-switches.ts';
import { parseTrainingSettings } from './parse-training-settings.ts';
import { QUIRKS } from './quirks.ts';

const settings = parseTrainingSettings({ problems: { task: 'micro' } });
const exists = (setting: string): boolean =>
  setting
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], settings) !== undefined;

describe('quirks', () => {
  test('are numbered from 1 to 70', () => {
    expect(QUIRKS.map(({ id }) => id)).toEqual(Array.from({ length: 70 }, (_, i) => `Q${i + 1}`));
  });
  test.each(QUIRKS)('$id names settings that there are, and says what is done', ({ kind, settings: named, here }) => {
    const chosen = kind === 'switch' || kind === 'option';
    expect(named !== undefined && named.length > 0).toBe(chosen);
    expect(named?.filter((setting) => !exists(setting)) ?? []).toEqual([]);
    expect(kind === 'switch' || here !== '').toBe(true);
  });
  test('are switches exactly where the modes differ', () => {
    const settingsOf = (id: string): string[] =>
      MODE_SWITCHES.filter((one) => one.id === id).map(({ setting }) => setting);
    const switches = QUIRKS.filter(({ kind }) => kind === 'switch');
    // Three follow from the switches of others.
    const followers: Record<string, string> = { Q35: 'Q34', Q56: 'Q55', Q63: 'Q3' };
    for (const { id, settings: named } of switches)
      expect([id, settingsOf(followers[id] ?? id).toSorted()]).toEqual([id, named!.toSorted()]);
    expect(new Set(MODE_SWITCHES.map(({ id }) => id))).toEqual(
      new Set(switches.map(({ id }) => id).filter((id) => followers[id] === undefined)),
    );
  });
});
