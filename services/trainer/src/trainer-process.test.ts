import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { TrainerServiceClient, type TrainingRunEvent } from '@leti/proto';
import { createClient } from '@leti/rpc';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  ALL_SAMPLES,
  createRequest,
  resultOf,
  samplesOf,
  TrainerFixture,
  type TrainerClient,
  untilEnd,
} from './testing/trainer-fixture.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** A trainer as a process of its own, which a test may kill. */
class TrainerProcess {
  readonly #process: ChildProcess;
  readonly client: TrainerClient;

  private constructor(process: ChildProcess, client: TrainerClient) {
    this.#process = process;
    this.client = client;
  }

  static async start(fixture: TrainerFixture): Promise<TrainerProcess> {
    const { generatorAddress, evaluatorAddress, store } = fixture.config();
    const flags = {
      address: '127.0.0.1:0',
      generatorAddress,
      evaluatorAddress,
      store,
      saveEveryMs: 0,
      progressEveryMs: 0,
    };
    const args = Object.entries(flags).flatMap(([key, value]) => [
      `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      String(value),
    ]);
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    for await (const line of createInterface({ input: child.stderr })) {
      const log = JSON.parse(line.startsWith('{') ? line : '{}') as { event?: string; port?: number };
      if (log.event !== 'listening') continue;
      child.stderr.resume();
      return new TrainerProcess(child, createClient(TrainerServiceClient, `127.0.0.1:${log.port}`));
    }
    throw new Error('the trainer ended before it listened');
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    const exited = new Promise<number | null>((resolve) => this.#process.once('exit', (code) => resolve(code)));
    this.client.close();
    this.#process.kill(signal);
    return exited;
  }
}

/** Reads a run's events until one fits, or the trainer is gone. */
async function until(client: TrainerClient, name: string, fits: (event: TrainingRunEvent) => boolean): Promise<void> {
  for await (const { event } of client.watchTrainingRun({ name, afterEventNumber: 0n })) if (fits(event!)) return;
  throw new Error('the run ended before');
}

describe('trainer process', () => {
  let fixture: TrainerFixture;
  let trainer: TrainerProcess | undefined;

  beforeEach(async () => {
    fixture = await TrainerFixture.create();
  });
  afterEach(async () => {
    await trainer?.end('SIGKILL').catch(() => {});
    trainer = undefined;
    await fixture.remove();
  });

  test('killed with -9 between groups and while training, it goes on and nothing is done twice', async () => {
    await fixture.start();
    const want = resultOf(
      await untilEnd(fixture.client, (await fixture.client.createTrainingRun(createRequest())).name),
    );
    await fixture.stop();
    fixture.generatorScript.requests.length = 0;

    trainer = await TrainerProcess.start(fixture);
    const { name } = await trainer.client.createTrainingRun(createRequest());
    fixture.generatorScript.beforeGroup = (problemId) => (problemId === 'c' ? new Promise(() => {}) : undefined);
    await until(trainer.client, name, ({ event }) => event?.$case === 'groupFinished' && event.value.groupsDone === 2);
    await trainer.end('SIGKILL');

    fixture.generatorScript.beforeGroup = () => {};
    trainer = await TrainerProcess.start(fixture);
    await until(trainer.client, name, ({ event }) => event?.$case === 'trainingStep' && event.value.step === 3);
    await trainer.end('SIGKILL');

    trainer = await TrainerProcess.start(fixture);
    const ended = await untilEnd(trainer.client, name);
    expect(resultOf(ended)).toEqual(want);
    for (const file of ['solutions.jsonl', 'evaluations.jsonl', 'fcft.jsonl'])
      expect(await samplesOf(ended, file)).toEqual(ALL_SAMPLES);
    const asked = fixture.generatorScript.requests.map(({ problems }) => problems.map(({ problemId }) => problemId));
    expect(asked).toEqual([['a', 'b', 'c'], ['c'], ['a', 'b', 'c']]);
  });

  test('ends in order on SIGTERM, in the middle of a run', async () => {
    trainer = await TrainerProcess.start(fixture);
    const { name } = await trainer.client.createTrainingRun(createRequest());
    await until(trainer.client, name, ({ event }) => event?.$case === 'trainingStep');
    expect(await trainer.end('SIGTERM')).toBe(0);
    trainer = await TrainerProcess.start(fixture);
    expect(resultOf(await untilEnd(trainer.client, name))).toMatchObject({ iterations: 2 });
  });
});
