import { describe, expect, test } from 'vitest';
import { InvalidArgumentError } from './invalid-argument-error.ts';
import { RpcError } from './rpc-error.ts';
import { statusRow } from './status-table.ts';
import { failure } from './testing/failure.ts';
import { collect, smallClient, smallServer } from './testing/small-service.ts';

class TrayEmptyError extends Error {
  readonly tray: number;
  constructor(tray: number) {
    super(`tray ${tray} is empty`);
    this.tray = tray;
  }
}
class LowerTrayEmptyError extends TrayEmptyError {}

const statuses = [
  statusRow(LowerTrayEmptyError, { code: 'UNAVAILABLE', reason: 'LOWER_TRAY_EMPTY' }),
  statusRow(TrayEmptyError, {
    code: 'FAILED_PRECONDITION',
    reason: 'TRAY_EMPTY',
    metadata: ({ tray }) => ({ tray: String(tray) }),
    violations: ({ tray }) => [{ field: 'tray', description: `must not be ${tray}` }],
  }),
];
describe('a handler that throws', () => {
  const cases: [string, Error, Partial<RpcError>][] = [
    [
      'an error of the table',
      new TrayEmptyError(2),
      {
        code: 'FAILED_PRECONDITION',
        reason: 'TRAY_EMPTY',
        message: 'tray 2 is empty',
        metadata: { tray: '2' },
        violations: [{ field: 'tray', description: 'must not be 2' }],
      },
    ],
    ['a sub-class with a row above', new LowerTrayEmptyError(3), { code: 'UNAVAILABLE', reason: 'LOWER_TRAY_EMPTY' }],
    [
      'InvalidArgumentError',
      new InvalidArgumentError([
        { field: 'n', description: 'must be >= 1, got 0' },
        { field: 'sampling.temperature', description: 'must be >= 0, got -1' },
      ]),
      {
        code: 'INVALID_ARGUMENT',
        reason: 'INVALID_ARGUMENT',
        message: 'n must be >= 1, got 0; sampling.temperature must be >= 0, got -1',
        violations: [
          { field: 'n', description: 'must be >= 1, got 0' },
          { field: 'sampling.temperature', description: 'must be >= 0, got -1' },
        ],
      },
    ],
    [
      'RpcError',
      new RpcError({ code: 'RESOURCE_EXHAUSTED', reason: 'QUEUE_FULL', message: 'come again' }),
      { code: 'RESOURCE_EXHAUSTED', reason: 'QUEUE_FULL', message: 'come again' },
    ],
    [
      'text that headers cannot carry',
      new TrayEmptyError('\ud800 "ü%\n' as never),
      { code: 'FAILED_PRECONDITION', message: 'tray \ufffd "ü%\n is empty' },
    ],
    [
      'a message longer than headers may be',
      new RpcError({ code: 'ABORTED', message: 'x'.repeat(1_000_000) }),
      { code: 'ABORTED', message: `${'x'.repeat(2047)}…` },
    ],
  ];

  test.each(cases)('ends a unary call with its status: %s', async (_, thrown, expected) => {
    const { address } = await smallServer({ one: () => Promise.reject(thrown) }, { statuses });
    const error = await failure(smallClient(address).one('a'));
    expect(error).toBeInstanceOf(RpcError);
    expect(error).toMatchObject(expected);
  });

  test.each(cases)('ends a stream with its status, after what it gave: %s', async (_, thrown, expected) => {
    async function* many(): AsyncGenerator<number> {
      yield 1;
      yield 2;
      throw thrown;
    }
    const { address } = await smallServer({ many }, { statuses });
    const seen: number[] = [];
    expect(await failure(collect(smallClient(address).many('a'), seen))).toMatchObject(expected);
    expect(seen).toEqual([1, 2]);
  });

  test('keeps an unknown error inside, and logs it with its cause', async () => {
    const thrown = new Error('password is 1234', { cause: new Error('the root') });
    const { address, lines } = await smallServer({ one: () => Promise.reject(thrown) });
    const error = (await failure(smallClient(address).one('a'))) as RpcError;
    expect(error).toMatchObject({ code: 'INTERNAL', reason: 'INTERNAL', message: 'internal error; see the log' });
    const line = lines.find(({ event }) => event === 'call_failed');
    expect(line).toMatchObject({ level: 'error', method: 'leti.v1.EvaluatorService/EvaluateProgram' });
    expect(JSON.stringify(line)).toContain('password is 1234');
    expect(JSON.stringify(line)).toContain('the root');
  });

  test('does so when it throws at once and when it throws no Error', async () => {
    const { address } = await smallServer(
      {
        one: () => {
          throw null;
        },
        many: () => {
          throw new TrayEmptyError(1);
        },
        both: () => {
          throw new TrayEmptyError(1);
        },
      },
      { statuses },
    );
    const client = smallClient(address);
    async function* none(): AsyncGenerator<string> {}
    expect(await failure(client.one('a'))).toMatchObject({ code: 'INTERNAL' });
    expect(await failure(collect(client.many('a')))).toMatchObject({ reason: 'TRAY_EMPTY' });
    expect(await failure(collect(client.both(none())))).toMatchObject({ reason: 'TRAY_EMPTY' });
  });

  test('many bad fields still fit into the headers', async () => {
    const violations = Array.from({ length: 5000 }, (_, i) => ({
      field: `problems[${i}]`,
      description: 'y'.repeat(500),
    }));
    const { address } = await smallServer({ one: () => Promise.reject(new InvalidArgumentError(violations)) });
    const error = (await failure(smallClient(address).one('a'))) as RpcError;
    expect(error.code).toBe('INVALID_ARGUMENT');
    expect(error.violations).toHaveLength(32);
  });
});
