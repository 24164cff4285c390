import { createServer, connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { type EvaluateProgramsResponse, Outcome, Program } from '@leti/proto';
import { processesOf } from '@leti/sandbox/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectTo, metric, ownEvaluator, requestsOf, sleeper, whyNotHere } from './testing/own-evaluator.ts';

/* What callers may do to each other: nothing. */

const reason = await whyNotHere();
if (reason !== undefined) process.stderr.write(`SKIPPED many callers: ${reason}\n`);

/** A watchdog: the machine may be busy. */
const SOON = { timeout: 20_000 };

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const sleepers = (count: number, seconds: number, padding = 0): Program[] =>
  range(count).map((i) => sleeper(`${i} of ${count}`, seconds, padding));

/** Reads a stream to its end and counts its verdicts. */
function counted(stream: AsyncIterable<EvaluateProgramsResponse>): { verdicts: number; end: Promise<void> } {
  const state = { verdicts: 0, end: Promise.resolve() };
  state.end = (async () => {
    for await (const { event } of stream) if (event?.$case === 'evaluation') state.verdicts += 1;
  })();
  state.end.catch(() => {});
  return state;
}

/** A relay to a port that can be cut like a cable. */
async function cableTo(port: number): Promise<{ port: number; cut: () => void }> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) sockets.add(socket.on('error', () => {}));
    near.pipe(far).pipe(near);
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as { port: number }).port,
    cut: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
  };
}

const programsRun = (): number => processesOf('candidate').length;

describe.skipIf(reason !== undefined)('a program is gone soon after', () => {
  test('its call is cancelled', async () => {
    const { connect: client } = await ownEvaluator({});
    const abort = new AbortController();
    const call = client().evaluateProgram({ program: sleeper('p', 100) }, { signal: abort.signal });
    await expect.poll(programsRun, SOON).toBe(1);
    abort.abort();
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect.poll(programsRun, SOON).toBe(0);
  });

  test('the deadline of its stream', async () => {
    const evaluator = await ownEvaluator({ slots: 2 });
    const stream = counted(evaluator.connect().evaluatePrograms(requestsOf(sleepers(8, 100)), { timeoutMs: 4_000 }));
    await expect.poll(programsRun, SOON).toBe(2);
    await expect(stream.end).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await expect.poll(programsRun, SOON).toBe(0);
    expect(await metric(evaluator, 'leti_evaluator_programs_waiting')).toBe(0);
    await expect.poll(() => metric(evaluator, 'leti_evaluator_held_bytes'), SOON).toBe(0);
  });

  test('its client is cut off', async () => {
    const evaluator = await ownEvaluator({ slots: 2 });
    const cable = await cableTo(evaluator.port);
    const stream = counted(connectTo(cable.port).evaluatePrograms(requestsOf(sleepers(8, 100))));
    await expect.poll(programsRun, SOON).toBe(2);
    cable.cut();
    await expect(stream.end).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect.poll(programsRun, SOON).toBe(0);
    expect(await metric(evaluator, 'leti_evaluator_streams_open')).toBe(0);
  });
});

describe.skipIf(reason !== undefined)('a stream with much to do', () => {
  test('lets a single call of another client in after one of its programs', async () => {
    const evaluator = await ownEvaluator({});
    const cable = await cableTo(evaluator.port);
    const greedy = counted(evaluator.connect().evaluatePrograms(requestsOf(sleepers(100, 0.1))));
    await expect.poll(() => greedy.verdicts, SOON).toBeGreaterThan(2);
    const before = greedy.verdicts;
    await connectTo(cable.port).evaluateProgram({ program: sleeper('single', 0) });
    expect(greedy.verdicts - before).toBeLessThanOrEqual(3);
  });

  test('takes turns with another stream of its own client', async () => {
    const evaluator = await ownEvaluator({});
    const client = evaluator.connect();
    const greedy = counted(client.evaluatePrograms(requestsOf(sleepers(100, 0.05))));
    await expect.poll(() => greedy.verdicts, SOON).toBeGreaterThan(2);
    const before = greedy.verdicts;
    const other = counted(client.evaluatePrograms(requestsOf(sleepers(10, 0.05))));
    await other.end;
    expect(greedy.verdicts - before).toBeLessThanOrEqual(14);
  });

  test('of many streams of one client, gives another client its half', async () => {
    const evaluator = await ownEvaluator({});
    const cable = await cableTo(evaluator.port);
    const client = evaluator.connect();
    const greedy = range(10).map((i) =>
      counted(client.evaluatePrograms(requestsOf(range(50).map((j) => sleeper(`${i} ${j}`, 0.02))))),
    );
    const verdicts = (): number => greedy.reduce((sum, stream) => sum + stream.verdicts, 0);
    await expect.poll(verdicts, SOON).toBeGreaterThan(2);
    const before = verdicts();
    await counted(connectTo(cable.port).evaluatePrograms(requestsOf(sleepers(10, 0.02)))).end;
    expect(verdicts() - before).toBeLessThanOrEqual(14);
  });

  test('whose verdicts nobody reads holds up itself alone', async () => {
    const evaluator = await ownEvaluator({});
    let sent = 0;
    function* endless(): Generator<Program> {
      for (;;) yield { ...sleeper(`endless ${sent++}`, 0), solution: `raise ValueError("${'long '.repeat(20_000)}")` };
    }
    const unread = evaluator.connect().evaluatePrograms(requestsOf(endless()));
    await unread.next();
    const others = counted(evaluator.connect().evaluatePrograms(requestsOf(sleepers(40, 0))));
    await others.end;
    expect(others.verdicts).toBe(40);
    // What the sockets on the way and the client itself hold; the service holds twice its slots.
    expect(sent).toBeLessThan(200);
    await unread.return(undefined);
    await expect.poll(() => metric(evaluator, 'leti_evaluator_streams_open'), SOON).toBe(0);
  });

  test('that is no good at all is answered line by line, and read no faster than what is said of them', async () => {
    const evaluator = await ownEvaluator({});
    let sent = 0;
    function* endless(): Generator<Program> {
      for (;;) yield Program.create({ programId: `bad ${sent++}`, solution: 'x'.repeat(100_000) });
    }
    const unread = evaluator.connect().evaluatePrograms(requestsOf(endless()));
    expect((await unread.next()).value).toMatchObject({ event: { $case: 'error', value: { code: 3 } } });
    await counted(evaluator.connect().evaluatePrograms(requestsOf(sleepers(20, 0)))).end;
    expect(sent).toBeLessThan(1000);
    await unread.return(undefined);
  });
});

describe.skipIf(reason !== undefined)('the evaluator', () => {
  test('serves so many streams, and tells one more to try again', async () => {
    const evaluator = await ownEvaluator({ maxStreams: 4 });
    const client = evaluator.connect();
    const cable = await cableTo(evaluator.port);
    const aborts = range(2).map(() => new AbortController());
    const open = aborts.map(({ signal }, i) =>
      counted(client.evaluatePrograms(requestsOf([sleeper(`open ${i}`, 100)]), { signal })),
    );
    await expect.poll(() => metric(evaluator, 'leti_evaluator_streams_open'), SOON).toBe(2);
    await expect(counted(client.evaluatePrograms(requestsOf(sleepers(1, 0)))).end).rejects.toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      reason: 'TOO_MANY_STREAMS',
    });
    // There is room for another client.
    const other = new AbortController();
    const stream = connectTo(cable.port).evaluatePrograms(requestsOf([sleeper('other', 100)]), {
      signal: other.signal,
    });
    const ended = counted(stream);
    await expect.poll(() => metric(evaluator, 'leti_evaluator_streams_open'), SOON).toBe(3);
    other.abort();
    await expect(ended.end).rejects.toMatchObject({ code: 'CANCELLED' });
    aborts[0]!.abort();
    await expect(open[0]!.end).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect.poll(() => metric(evaluator, 'leti_evaluator_streams_open'), SOON).toBe(1);
    aborts[1]!.abort();
    await expect.poll(() => metric(evaluator, 'leti_evaluator_streams_open'), SOON).toBe(0);
    const again = counted(client.evaluatePrograms(requestsOf(sleepers(3, 0))));
    await again.end;
    expect(again.verdicts).toBe(3);
  });

  test('holds so much of programs: streams wait for room, and single calls have their own', async () => {
    const evaluator = await ownEvaluator({ maxHeldBytes: 2 ** 20, slots: 2 });
    const client = evaluator.connect();
    const streams = range(4).map((i) =>
      counted(client.evaluatePrograms(requestsOf(range(4).map((j) => sleeper(`${i} ${j}`, 0.1, 100_000))))),
    );
    await expect.poll(() => streams[0]!.verdicts, SOON).toBeGreaterThan(0);
    const call = client.evaluateProgram({ program: sleeper('p', 0.1, 100_000) });
    const seen: (number | undefined)[] = [];
    while (streams.some(({ verdicts }) => verdicts < 4))
      seen.push(await metric(evaluator, 'leti_evaluator_held_bytes'));
    expect(Math.max(...seen.map(Number))).toBeLessThanOrEqual(2 ** 20);
    for (const { end } of streams) await end;
    expect((await call).outcome).toBe(Outcome.PASSED);
    expect(await metric(evaluator, 'leti_evaluator_held_bytes')).toBe(0);
  });

  test('refuses single calls that would fill its memory, and takes one that is larger than all of it', async () => {
    const evaluator = await ownEvaluator({ maxHeldBytes: 2 ** 20 });
    const client = evaluator.connect();
    const abort = new AbortController();
    const held = client.evaluateProgram({ program: sleeper('held', 100, 200_000) }, { signal: abort.signal });
    held.catch(() => {});
    await expect.poll(() => metric(evaluator, 'leti_evaluator_calls_open'), SOON).toBe(1);
    await expect(client.evaluateProgram({ program: sleeper('p', 0, 200_000) })).rejects.toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      reason: 'TOO_MANY_WAITING',
    });
    abort.abort();
    await expect(held).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect.poll(() => metric(evaluator, 'leti_evaluator_calls_open'), SOON).toBe(0);
    expect((await client.evaluateProgram({ program: sleeper('p', 0, 900_000) })).outcome).toBe(Outcome.PASSED);
  });
});
