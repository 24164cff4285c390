import { RpcError } from '@leti/rpc';
import { describe, expect, test } from 'vitest';
import './matchers.ts';

const failing = (): Promise<never> =>
  Promise.reject(new RpcError({ code: 'NOT_FOUND', reason: 'RUN_NOT_FOUND', message: 'no run' }));

describe('toBeAllClose', () => {
  test.each([
    [1, 1 + 1e-9],
    [
      [1, 2],
      [1, 2.000001],
    ],
    [new Float32Array([0.1, 0.2]), [0.1, 0.2]],
    [
      [[1], [2]],
      [[1], [2]],
    ],
    [
      [Number.NaN, Infinity],
      [Number.NaN, Infinity],
    ],
    [[], []],
  ])('accepts %j for %j', (received, expected) => {
    expect(received).toBeAllClose(expected);
  });

  test('names the worst number', () => {
    expect(() => expect([1, 2, 3]).toBeAllClose([1, 2.1, 4])).toThrow(
      '2 of 3 numbers are not close (rtol 0.00001, atol 1e-8); worst at flat index 2: expected 4, got 3',
    );
  });

  test('refuses another shape', () => {
    expect(() => expect([1, 2]).toBeAllClose([[1, 2]])).toThrow('expected shape [1, 2], got [2]');
  });

  test('counts NaN and a wrong infinity as far', () => {
    expect([Number.NaN]).not.toBeAllClose([1]);
    expect([Infinity]).not.toBeAllClose([-Infinity]);
    expect([Infinity]).not.toBeAllClose([1], { rtol: 1 });
  });

  test('uses the tolerances given', () => {
    expect(1.05).toBeAllClose(1, { rtol: 0.1 });
    expect(0.05).toBeAllClose(0, { atol: 0.1 });
    expect(0.05).not.toBeAllClose(0, { rtol: 0.1 });
  });

  test('takes large arrays', () => {
    expect(new Float32Array(300_000)).toBeAllClose(new Float32Array(300_000));
  });
});

describe('toFailWith', () => {
  test('accepts a promise, a function and a stream', async () => {
    async function* stream(): AsyncGenerator<number> {
      yield 1;
      await failing();
    }
    await expect(failing()).toFailWith('NOT_FOUND', 'RUN_NOT_FOUND');
    await expect(failing).toFailWith('NOT_FOUND');
    await expect(stream()).toFailWith('NOT_FOUND', 'RUN_NOT_FOUND');
  });

  test('refuses another code or reason, success, and errors of another kind', async () => {
    await expect(failing()).not.toFailWith('INTERNAL');
    await expect(failing()).not.toFailWith('NOT_FOUND', 'TASK_NOT_FOUND');
    await expect(Promise.resolve(1)).not.toFailWith('NOT_FOUND');
    await expect(Promise.reject(new Error('x'))).not.toFailWith('NOT_FOUND');
  });
});
