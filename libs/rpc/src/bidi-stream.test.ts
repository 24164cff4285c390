import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { failure } from './testing/failure.ts';
import { collect, smallClient, smallServer } from './testing/small-service.ts';

describe('a stream both ways', () => {
  async function* ids(...all: string[]): AsyncGenerator<string> {
    yield* all;
  }

  test('answers while requests go on', async () => {
    const { address } = await smallServer({
      async *both(requests) {
        for await (const id of requests) yield `${id}!`;
      },
    });
    const answered: string[] = [];
    async function* requests(): AsyncGenerator<string> {
      for (let i = 0; i < 3; i++) {
        await expect.poll(() => answered.length).toBe(i); // each only after the answer to the one before
        yield String(i);
      }
    }
    await collect(smallClient(address).both(requests()), answered);
    expect(answered).toEqual(['0!', '1!', '2!']);
  });

  test('may answer in another order and after the last request', async () => {
    const { address } = await smallServer({
      async *both(requests) {
        yield* (await collect(requests)).reverse();
      },
    });
    expect(await collect(smallClient(address).both(ids('a', 'b', 'c')))).toEqual(['c', 'b', 'a']);
  });

  test('ends for the sender too when the handler ends first', async () => {
    let released = false;
    const { address } = await smallServer({
      async *both(requests) {
        for await (const id of requests) {
          yield id;
          return;
        }
      },
    });
    async function* endless(): AsyncGenerator<string> {
      try {
        for (let i = 0; ; i++) {
          yield String(i);
          await sleep(1);
        }
      } finally {
        released = true;
      }
    }
    expect(await collect(smallClient(address).both(endless()))).toEqual(['0']);
    await expect.poll(() => released).toBe(true);
  });

  test('lets the handler leave its loop over the requests and go on answering', async () => {
    const { address } = await smallServer({
      async *both(requests) {
        for await (const id of requests) {
          yield id;
          break;
        }
        yield 'still here';
      },
    });
    expect(await collect(smallClient(address).both(ids('a', 'b', 'c')))).toEqual(['a', 'still here']);
  });

  test('throws what the requests throw, and tells the handler', async () => {
    let ended = false;
    const { address } = await smallServer({
      async *both(requests) {
        try {
          for await (const id of requests) yield id;
        } finally {
          ended = true;
        }
      },
    });
    const answered: string[] = [];
    async function* broken(): AsyncGenerator<string> {
      yield 'a';
      await expect.poll(() => answered.length).toBe(1);
      throw new RangeError('no more paper');
    }
    await expect(collect(smallClient(address).both(broken()), answered)).rejects.toThrow(
      new RangeError('no more paper'),
    );
    await expect.poll(() => ended).toBe(true);
  });

  test('tells handler and requests when the reader leaves', async () => {
    const ended: string[] = [];
    const { address } = await smallServer({
      async *both(requests) {
        try {
          for await (const id of requests) yield id;
        } finally {
          ended.push('handler');
        }
      },
    });
    async function* endless(): AsyncGenerator<string> {
      try {
        for (;;) {
          yield 'x';
          await sleep(1);
        }
      } finally {
        ended.push('requests');
      }
    }
    for await (const _ of smallClient(address).both(endless())) break;
    await expect.poll(() => ended.toSorted()).toEqual(['handler', 'requests']);
  });

  test('fails with UNAVAILABLE when nobody listens, also while requests wait', async () => {
    async function* never(): AsyncGenerator<string> {
      await new Promise(() => {});
      yield '';
    }
    const error = await failure(collect(smallClient('127.0.0.1:1').both(never())));
    expect(error).toMatchObject({ code: 'UNAVAILABLE' });
  });
});
