import { cp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TrainingRun_State as State, type TrainingRun } from '@leti/proto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ALL_SAMPLES,
  createRequest,
  resultOf,
  samplesOf,
  TrainerFixture,
  untilEnd,
} from './testing/trainer-fixture.ts';

/*
 * A store that was changed while no trainer had it: by a failing disk, or by a person. Each case is either repaired by
 * doing again what is damaged, and then the run ends in the weights it would have had, or refused with place and reason.
 */

let fixture: TrainerFixture;
let undisturbed: ReturnType<typeof resultOf>;
/** The folder of a whole run of the same settings. */
let whole: string;
/** A run stopped in the second iteration, after its groups and while it trained; its folder is put back for each case. */
let stopped: TrainingRun;
let untouched: string;

beforeAll(async () => {
  fixture = await TrainerFixture.create();
  await fixture.start();
  const finished = await untilEnd(fixture.client, (await fixture.client.createTrainingRun(createRequest())).name);
  undisturbed = resultOf(finished);
  whole = finished.storePath;
  stopped = await fixture.client.createTrainingRun(createRequest());
  for await (const { event } of fixture.client.watchTrainingRun({ name: stopped.name, afterEventNumber: 0n }))
    if (event?.event?.$case === 'trainingStep' && event.event.value.iteration === 2) break;
  await fixture.stop();
  untouched = join(fixture.store, 'untouched');
  await cp(stopped.storePath, untouched, { recursive: true });
}, 120_000);
afterAll(() => fixture.remove());

const iteration = (number: number, file: string): string =>
  join(stopped.storePath, 'iterations', String(number).padStart(3, '0'), file);
const checkpoint = (number: number, file = ''): string =>
  join(stopped.storePath, 'checkpoints', String(number).padStart(3, '0'), file);

async function edit(path: string, change: (text: string) => string): Promise<void> {
  const text = await readFile(path, 'utf8');
  const changed = change(text);
  expect(changed).not.toBe(text);
  await writeFile(path, changed);
}

async function flipByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[bytes.length - 5]! ^= 0x10;
  await writeFile(path, bytes);
}

/** As if the trainer had died after the second checkpoint was published and before the iteration was recorded. */
async function publishSecond(): Promise<void> {
  const note = join('iterations', '002', 'checkpoint.json');
  await cp(join(whole, 'checkpoints', '002'), checkpoint(2), { recursive: true });
  await cp(join(whole, note), join(stopped.storePath, note));
}

const half = (text: string): string => {
  const lines = text.split('\n');
  return lines.with(1, lines[1]!.slice(0, 20)).join('\n');
};

/** Damages the stopped run and lets a new trainer go on with it. */
async function goOn(damage: () => Promise<void>): Promise<{ run: TrainingRun; notices: string[] }> {
  await rm(stopped.storePath, { recursive: true });
  await cp(untouched, stopped.storePath, { recursive: true });
  await damage();
  await fixture.start();
  try {
    const notices: string[] = [];
    const { name } = stopped;
    const afterEventNumber = 0n;
    for await (const { event } of fixture.client.watchTrainingRun({ name, afterEventNumber }))
      if (event?.event?.$case === 'notice') notices.push(event.event.value.message);
    return { run: await fixture.client.getTrainingRun({ name }), notices };
  } finally {
    await fixture.stop();
  }
}

describe('is repaired', { timeout: 120_000 }, () => {
  const CASES: [string, () => Promise<void>, RegExp][] = [
    ['a line cut in the middle of solutions.jsonl', () => edit(iteration(2, 'solutions.jsonl'), half), /group a: want/],
    [
      'an outcome that was edited',
      () =>
        edit(iteration(2, 'evaluations.jsonl'), (text) => text.replace('"outcome":"passed"', '"outcome":"exception"')),
      /evaluations\.jsonl: group \w: want its 4 lines/,
    ],
    ['a line cut in the middle of groups.jsonl', () => edit(iteration(2, 'groups.jsonl'), half), /line 2 is no record/],
    [
      'the digest of a sample that was edited',
      () => edit(iteration(2, 'solutions.jsonl'), (text) => text.replace('Digest":"sha256:', 'Digest":"sha256:0')),
      /solutions\.jsonl: group a: want/,
    ],
    ['evaluations.jsonl that is gone', () => rm(iteration(2, 'evaluations.jsonl')), /got 0 readable ones/],
    [
      'fcft.jsonl that was edited',
      () => edit(iteration(2, 'fcft.jsonl'), (text) => text.replace('<|good|>', '<|bad|>')),
      /restart of the trainer/,
    ],
    [
      'half of a checkpoint of the iteration in progress',
      async () => {
        await publishSecond();
        await truncate(checkpoint(2, 'model.safetensors'), 5000);
      },
      /restart of the trainer/,
    ],
    [
      'a byte flipped in the checkpoint of the iteration in progress',
      async () => {
        await publishSecond();
        await flipByte(checkpoint(2, 'model.safetensors'));
      },
      /restart of the trainer/,
    ],
    [
      'a saved state of which half is there',
      async () => {
        const steps = (await readdir(iteration(2, 'training'))).filter((name) => name.startsWith('step-')).sort();
        await truncate(iteration(2, join('training', steps.at(-1)!, 'model.safetensors')), 5000);
      },
      /restart of the trainer/,
    ],
  ];
  test.each(CASES)('%s', async (_, damage, notice) => {
    const { run, notices } = await goOn(damage);
    expect(run.error?.message).toBeUndefined();
    expect(resultOf(run)).toEqual(undisturbed);
    for (const file of ['solutions.jsonl', 'evaluations.jsonl', 'fcft.jsonl'])
      expect(await samplesOf(run, file)).toEqual(ALL_SAMPLES);
    expect(notices.join('\n')).toMatch(notice);
  });
});

describe('is refused', { timeout: 60_000 }, () => {
  const CASES: [string, () => Promise<void>, RegExp][] = [
    [
      'a digest edited in metrics.json',
      () => edit(iteration(1, 'metrics.json'), (text) => text.replace(/sha256:../, 'sha256:00')),
      /iterations\/001\/metrics\.json: says that .*checkpoints\/001 has digest sha256:00\w+, but it has sha256:\w{64}/,
    ],
    [
      'a byte flipped in the checkpoint that the iteration starts from',
      () => flipByte(checkpoint(1, 'model.safetensors')),
      /metrics\.json: says that .* has digest sha256:\w{64}, but it has sha256:\w{64}; one of the two was changed/,
    ],
    [
      'a checkpoint that is gone',
      () => rm(checkpoint(1), { recursive: true }),
      /checkpoints\/001: want the checkpoint that/,
    ],
    ['metrics.json that is no JSON', () => writeFile(iteration(1, 'metrics.json'), '{"check'), /001\/metrics\.json/],
    [
      'samples of other weights, in a ledger without sums',
      async () => {
        await edit(iteration(2, 'groups.jsonl'), (text) => text.replaceAll(/"\w+Sha256":"\w+",/g, ''));
        await edit(iteration(2, 'solutions.jsonl'), (text) => text.replaceAll(/(?<=Digest":"sha256:)./g, 'z'));
      },
      /solutions\.jsonl: want samples of the weights sha256:\w{64}, got a sample 0 of sha256:z\w{63}/,
    ],
  ];
  test.each(CASES)('%s', async (_, damage, message) => {
    const { run } = await goOn(damage);
    expect(run).toMatchObject({ state: State.FAILED, error: { code: 15 } }); // DATA_LOSS
    expect(run.error?.message).toMatch(message);
  });
});
