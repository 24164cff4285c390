import { LOG_LEVELS } from '@leti/rpc';
import { z } from 'zod';

/** Settings of the trainer; `--help` prints them. */
export const TrainerConfig = z.strictObject({
  address: z.string().default('127.0.0.1:50053').describe('host:port to listen on'),
  generatorAddress: z.string().default('127.0.0.1:50051').describe('host:port of the generator'),
  evaluatorAddress: z.string().default('127.0.0.1:50052').describe('host:port of the evaluator'),
  store: z.string().min(1).default('store').describe('folder of the run store'),
  data: z.string().min(1).optional().describe('folder with official task files, unless a run names another'),
  maxRunningRuns: z
    .int()
    .min(1)
    .max(16)
    .default(1)
    .describe('runs that go on at once; each trains in a process of its own, and they sample in turn'),
  saveEveryMs: z.int().min(0).default(15_000).describe('how often the state of a training in progress is saved'),
  progressEveryMs: z.int().min(0).default(1000).describe('time between progress events of training at least'),
  drainMs: z.int().min(0).default(10_000).describe('how long running calls may go on after SIGTERM'),
  logLevel: z.enum(LOG_LEVELS).default('info').describe('least severe level that is logged'),
});

export type TrainerConfig = z.output<typeof TrainerConfig>;
