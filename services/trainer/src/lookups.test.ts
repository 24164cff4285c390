import { InvalidArgumentError } from '@leti/rpc';
import { describe, expect, test } from 'vitest';
import { Lookups } from './lookups.ts';
import { CorpusNotFoundError, InvalidCorpusError } from './corpus/corpus-errors.ts';

const fails = (error: Error) => () => Promise.reject(error);
const bad = { field: 'settings.iterations', description: 'must be >= 1, got 0' };

/** What the lookups end with. */
function endOf(lookups: Lookups): unknown {
  try {
    lookups.done();
  } catch (error) {
    return error;
  }
}

describe('Lookups', () => {
  test('give what is there and end well', async () => {
    const lookups = new Lookups();
    expect(await lookups.find('settings.a', () => 3)).toBe(3);
    expect(endOf(lookups)).toBeUndefined();
  });
  test('one thing that is wrong stays what it is', async () => {
    const lookups = new Lookups();
    const error = new CorpusNotFoundError('/none');
    expect(await lookups.find('settings.pretraining_mix.corpus', fails(error))).toBeUndefined();
    expect(endOf(lookups)).toBe(error);
  });
  test('several things, and those known before, are told together with their places', async () => {
    const lookups = new Lookups([bad]);
    await lookups.find('settings.a', fails(new CorpusNotFoundError('/none')));
    await lookups.find('settings.b', fails(new InvalidCorpusError('/some', 'line 1')));
    const violations = [
      { field: 'settings.c', description: 'x' },
      { field: 'settings.d', description: 'y' },
    ];
    await lookups.find('settings.c', fails(new InvalidArgumentError(violations)));
    expect((endOf(lookups) as InvalidArgumentError).violations.map(({ field }) => field)).toEqual([
      'settings.iterations',
      'settings.a',
      'settings.pretraining_mix.corpus',
      'settings.c',
      'settings.d',
    ]);
  });
  test('nothing is looked up by what is wrong itself', async () => {
    const lookups = new Lookups([{ field: 'settings.problems.task', description: 'must be set' }]);
    const never = fails(new Error('was looked up'));
    await lookups.find('settings.problems.task.task', never);
    await lookups.find('settings.problems', never);
    await lookups.find('settings.sampling.max_new_tokens', never, 'settings.problems');
    expect(await lookups.find('settings.problems_too', () => 1)).toBe(1);
  });
  test('a mistake of ours is no fault of the settings', async () => {
    await expect(new Lookups().find('settings.a', fails(new TypeError('oh')))).rejects.toThrow('oh');
  });
});
