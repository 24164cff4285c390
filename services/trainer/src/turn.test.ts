import { describe, expect, test } from 'vitest';
import { Turn } from './turn.ts';

describe('Turn', () => {
  test('works go one after the other, whatever becomes of the one before', async () => {
    const turn = new Turn();
    const log: string[] = [];
    const work = (name: string, fails = false) =>
      turn.do(async () => {
        log.push(`${name} begins`);
        await new Promise(setImmediate);
        log.push(`${name} ends`);
        if (fails) throw new Error(name);
      });
    const results = await Promise.allSettled([work('a', true), work('b')]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });
  test('who stops waiting holds up nobody', async () => {
    const turn = new Turn();
    const end = await turn.take();
    const stop = new AbortController();
    const waiting = turn.take(stop.signal);
    const last = turn.take();
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    end();
    (await last)();
    await expect(turn.take(AbortSignal.abort(new Error('before')))).rejects.toThrow('before');
    (await turn.take())();
  });
});
