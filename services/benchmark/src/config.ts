import { LOG_LEVELS } from '@leti/rpc';
import { z } from 'zod';

/** Settings of the benchmark service; `--help` prints them. */
export const BenchmarkConfig = z.strictObject({
  address: z.string().default('127.0.0.1:50054').describe('host:port to listen on'),
  store: z.string().default('./store').describe('folder of the run store; runs lie under benchmarks/'),
  data: z.string().optional().describe("folder with official task files, for runs that don't name one"),
  generatorAddress: z.string().default('127.0.0.1:50051').describe('host:port of the generator'),
  evaluatorAddress: z.string().default('127.0.0.1:50052').describe('host:port of the evaluator'),
  drainMs: z.int().min(0).default(10_000).describe('how long running calls may go on after SIGTERM'),
  logLevel: z.enum(LOG_LEVELS).default('info').describe('least severe level that is logged'),
});
