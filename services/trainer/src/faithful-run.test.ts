import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCheckpoint } from '@leti/checkpoint';
import { Condition, type TrainingRun } from '@leti/proto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { areBfloat16 } from './testing/quirk-observations.ts';
import { createRequest, resultOf, TrainerFixture, untilEnd } from './testing/trainer-fixture.ts';

/* A whole run in faithful mode, at a size that takes seconds. */

let fixture: TrainerFixture;
let run: TrainingRun;

beforeAll(async () => {
  fixture = await TrainerFixture.create();
  await fixture.start();
  const request = createRequest({
    mode: 'faithful',
    totalTokens: 0, // the model has 64 positions
    fineTuning: { epochs: 1, batchSize: 4, learningRate: 1e-3, maxSequenceTokens: 64 },
  });
  run = await untilEnd(fixture.client, (await fixture.client.createTrainingRun(request)).name);
});
afterAll(() => fixture.remove());

interface Line {
  readonly problemId: string;
  readonly prompt: string;
  readonly solution: string;
  readonly tokenIds: readonly number[];
  readonly firstTokenIds: readonly number[];
}
async function linesOf(iteration: number): Promise<Line[]> {
  const path = join(run.storePath, 'iterations', String(iteration).padStart(3, '0'), 'fcft.jsonl');
  const text = await readFile(path, 'utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}

describe('a run in faithful mode', () => {
  test('goes through both iterations', () => {
    expect(resultOf(run).iterations).toBe(2);
  });
  test('samples every iteration from the same noise, without a reward token and then under good', () => {
    const { requests } = fixture.generatorScript;
    expect(new Set(requests.map(({ seed }) => seed)).size).toBe(1);
    expect(new Set(requests.map(({ condition }) => condition))).toEqual(new Set([Condition.NONE, Condition.GOOD]));
    expect(requests.every(({ sampling }) => sampling!.cleanUpSpaces)).toBe(true);
  });
  test('trains on prompt and text tokenised as one, with the first token and without end-of-text', async () => {
    const { tokenizer } = await readCheckpoint(run.latestCheckpoint!.path);
    const { eos } = tokenizer.special;
    for (const { prompt, solution, tokenIds, firstTokenIds } of [...(await linesOf(1)), ...(await linesOf(2))]) {
      const ids = tokenizer.encode(prompt + solution);
      expect(tokenIds.slice(-ids.length)).toEqual(ids);
      expect(tokenIds).not.toContain(eos);
      expect(firstTokenIds).toEqual([eos, tokenIds[0]]);
    }
  });
  test('keeps its weights in bfloat16 alone', async () => {
    const { weights } = await readCheckpoint(run.latestCheckpoint!.path);
    expect([...weights.values()].every(({ data }) => areBfloat16(Array.from(data)))).toBe(true);
  });
});
