import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { collect, smallClient, smallServer } from './testing/small-service.ts';

describe('back-pressure', () => {
  const LARGE = 'x'.repeat(64 * 1024);

  test('a slow reader holds back the handler of a stream', async () => {
    let given = 0;
    const { address } = await smallServer({
      async *both() {
        for (; given < 1000; given++) yield LARGE;
      },
    });
    async function* none(): AsyncGenerator<string> {}
    const stream = smallClient(address).both(none());
    await stream.next();
    // However long it waits, the handler gets no further than the buffers on the way.
    let before = -1;
    while (given !== before) {
      before = given;
      await sleep(100);
    }
    expect(given).toBeLessThan(500);
    expect(await collect(stream)).toHaveLength(999);
  });

  test('a slow handler holds back the sender of requests', async () => {
    let sent = 0;
    const release = Promise.withResolvers<void>();
    const { address } = await smallServer({
      async *both(ids) {
        await release.promise;
        let count = 0;
        for await (const _ of ids) count++;
        yield String(count);
      },
    });
    async function* requests(): AsyncGenerator<string> {
      for (; sent < 1000; sent++) yield LARGE;
    }
    const answer = collect(smallClient(address).both(requests()));
    let before = -1;
    while (sent !== before) {
      before = sent;
      await sleep(100);
    }
    expect(sent).toBeLessThan(500);
    release.resolve();
    expect(await answer).toEqual(['1000']);
  });
});
