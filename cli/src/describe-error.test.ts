import { ConfigError } from '@leti/config';
import { RpcError } from '@leti/rpc';
import { TaskDataNotFoundError, UnknownSplitError, UnknownTaskError } from '@leti/tasks';
import { describe, expect, test } from 'vitest';
import { CliError } from './cli-error.ts';
import { describeError, inUserTerms } from './describe-error.ts';
import { InterruptedError } from './interrupt.ts';

const violation = { field: 'settings.samples_per_problem', description: 'must be in [1, 1024], got 0' };

describe('describeError', () => {
  test.each([
    ['INVALID_ARGUMENT', 2],
    ['NOT_FOUND', 2],
    ['FAILED_PRECONDITION', 2],
    ['UNAVAILABLE', 3],
    ['DEADLINE_EXCEEDED', 3],
    ['INTERNAL', 1],
  ] as const)('the status %s is exit code %d', (code, exitCode) => {
    expect(describeError(new RpcError({ code, message: 'why' }))).toEqual({
      exitCode,
      code,
      message: 'why',
      details: [],
    });
  });

  test('each refused field is a detail', () => {
    const error = new RpcError({ code: 'INVALID_ARGUMENT', message: 'all at once', violations: [violation] });
    expect(describeError(error).details).toEqual(['settings.samples_per_problem must be in [1, 1024], got 0']);
  });

  test('a full store is a failure with a remedy', () => {
    const error = new RpcError({ code: 'RESOURCE_EXHAUSTED', reason: 'STORE_FULL', message: 'no room in x' });
    expect(describeError(error)).toMatchObject({ exitCode: 1, message: 'the disk is full: no room in x' });
  });

  test('an interrupt is 130, also as the cause of a cancelled call', () => {
    const interrupt = new InterruptedError();
    const cancelled = new RpcError({ code: 'CANCELLED', message: 'the call was aborted', cause: interrupt });
    for (const error of [interrupt, cancelled]) expect(describeError(error).exitCode).toBe(130);
  });

  test('wrong settings are told one by one', () => {
    const problem = { place: 'run.yaml:1:1', key: 'a', expectation: 'expected a number', value: '"x"' };
    expect(describeError(new ConfigError([problem, { ...problem, key: 'b' }]))).toMatchObject({
      exitCode: 2,
      message: '2 problems:',
      details: ['run.yaml:1:1 a: expected a number, got "x"', 'run.yaml:1:1 b: expected a number, got "x"'],
    });
  });

  test.each([
    [new UnknownTaskError('x', ['micro', 'mbpp']), "--task: expected one of micro, mbpp, got 'x'"],
    [new UnknownSplitError('mbpp', 'dev', ['train', 'test']), "--split: expected one of train, test, got 'dev'"],
  ])('a task or split that there is not is told by its flag', (error, message) => {
    expect(describeError(error)).toMatchObject({ exitCode: 2, code: 'BAD_INPUT', message });
  });

  test('official data that is not there is told with what names its folder', () => {
    const { exitCode, message, details } = describeError(new TaskDataNotFoundError('mbpp', undefined, 'It is there.'));
    expect([exitCode, message]).toEqual([2, 'task mbpp wants a data folder, got none. It is there.']);
    expect(details.join()).toMatch(/--data DIR or LETI_DATA/);
  });

  test('anything else is a mistake of the program and shows its stack', () => {
    expect(describeError(new TypeError('x is not a function'))).toMatchObject({
      exitCode: 1,
      code: 'BUG',
      message: expect.stringMatching(/^unexpected: TypeError: x is not a function\n\s+at /),
    });
  });
});

describe('inUserTerms', () => {
  test('tells a refused field by the name that the user gave', async () => {
    const call = Promise.reject(new RpcError({ code: 'INVALID_ARGUMENT', message: '', violations: [violation] }));
    const error = await inUserTerms('refused', () => '--n', call).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(CliError);
    expect(describeError(error)).toMatchObject({
      exitCode: 2,
      code: 'INVALID_ARGUMENT',
      message: 'refused',
      details: ['--n must be in [1, 1024], got 0'],
    });
  });

  test('leaves other errors alone', async () => {
    const error = new RpcError({ code: 'NOT_FOUND', message: 'nowhere' });
    await expect(inUserTerms('refused', () => '', Promise.reject(error))).rejects.toBe(error);
  });
});
