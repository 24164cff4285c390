import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleEvaluation } from '@leti/leti/testing';
import { temporaryFolder } from '@leti/testing';
import { describe, expect, test } from 'vitest';
import { GroupFollower } from './group-follower.ts';
import { type GroupFiles, GroupLedger } from './group-ledger.ts';

const filesIn = (folder: string): GroupFiles => ({
  solutions: join(folder, 'solutions.jsonl'),
  evaluations: join(folder, 'evaluations.jsonl'),
  groups: join(folder, 'groups.jsonl'),
});

const record = (ledger: GroupLedger, problemId: string, texts: readonly string[]) =>
  ledger.record(
    {
      problem: { problemId, prompt: '', testSetupCode: '', tests: [] },
      solutions: texts.map((text, sampleIndex) => ({
        problemId,
        sampleIndex,
        text,
        tokenIds: [1],
        logprobs: [-1],
        finishReason: 'length',
        weightsDigest: 'sha256:0',
        seed: 1n,
        condition: 'none',
        engine: 'local',
      })),
      evaluations: texts.map((text) => exampleEvaluation({ outcome: 'exception', feedback: `of ${text}` })),
    },
    {},
  );

/** What came since the last call, as text. */
const next = async (follower: GroupFollower) =>
  (await follower.next()).map(({ problemId, solutions, evaluations }) => [
    problemId,
    solutions.map(({ text }) => text),
    evaluations.map(({ feedback }) => feedback),
  ]);

describe('GroupFollower', () => {
  test('gives each group once, as it is finished', async () => {
    const files = filesIn(temporaryFolder());
    const follower = new GroupFollower(files);
    expect(await next(follower)).toEqual([]); // there is no file yet
    const ledger = await GroupLedger.open(files);
    await record(ledger, 'a', ['größe', 'x']);
    expect(await next(follower)).toEqual([['a', ['größe', 'x'], ['of größe', 'of x']]]);
    expect(await next(follower)).toEqual([]);
    for (const problemId of ['b', 'c']) await record(ledger, problemId, [`${problemId}1`]);
    expect(await next(follower)).toEqual([
      ['b', ['b1'], ['of b1']],
      ['c', ['c1'], ['of c1']],
    ]);
  });

  test('does not see what is not finished', async () => {
    const files = filesIn(temporaryFolder());
    const follower = new GroupFollower(files);
    await record(await GroupLedger.open(files), 'a', ['x']);
    const groups = readFileSync(files.groups);
    appendFileSync(files.solutions, '{"problemId":"b"');
    appendFileSync(files.groups, groups.subarray(0, 20));
    expect(await next(follower)).toEqual([['a', ['x'], ['of x']]]);
    truncateSync(files.groups, groups.length); // as a ledger does that is opened again
    expect(await next(follower)).toEqual([]);
  });

  test('says which line is none, and when a file is too short', async () => {
    const files = filesIn(temporaryFolder());
    const follower = new GroupFollower(files);
    const ledger = await GroupLedger.open(files);
    await record(ledger, 'a', ['x', 'y']);
    await next(follower);
    await record(ledger, 'b', ['z']);
    const whole = readFileSync(files.evaluations, 'utf8');
    writeFileSync(files.evaluations, whole.replace('"feedback":"of z"', '"feedbxck":"of z"'));
    await expect(next(follower)).rejects.toThrow('evaluations.jsonl:3');
    truncateSync(files.evaluations, whole.length - 10);
    await expect(next(follower)).rejects.toThrow(`want at least ${whole.length} bytes, got ${whole.length - 10}`);
    writeFileSync(files.evaluations, whole);
    expect(await next(follower)).toEqual([['b', ['z'], ['of z']]]); // nothing was passed over
  });
});
