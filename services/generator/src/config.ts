import { LOG_LEVELS } from '@leti/rpc';
import { z } from 'zod';

/** Settings of the generator; `--help` prints them. */
export const GeneratorConfig = z.strictObject({
  address: z.string().default('127.0.0.1:50051').describe('host:port to listen on'),
  checkpoint: z.string().optional().describe('model folder, or micro-base, to load at the start'),
  evaluatorAddress: z.string().default('127.0.0.1:50052').describe('host:port of the evaluator, for SolveProblem'),
  rows: z.int().min(1).max(4096).default(128).describe('samples decoded side by side; at an endpoint, requests'),
  memoryBytes: z
    .int()
    .min(1)
    .optional()
    .describe(
      "memory for the model's weights, caches and results; default: half of the machine's, or 9/10 of the GPU's",
    ),
  lanes: z
    .int()
    .min(1)
    .max(64)
    .optional()
    .describe('processes of one thread each that small models are drawn from; default: one for each core, up to 8'),
  products: z
    .enum(['float32', 'bfloat16'])
    .optional()
    .describe(
      'what matrix products are computed in, float32 by default; bfloat16 is faster on processors with units for it, and draws other texts',
    ),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('OpenAI-compatible server (vLLM, SGLang) to sample from in place of an own model, up to and with /v1'),
  endpointModel: z
    .string()
    .min(1)
    .optional()
    .describe("what the endpoint calls the model; default: looked up by the checkpoint's path"),
  endpointKey: z
    .string()
    .min(1)
    .optional()
    .describe('bearer token for the endpoint; by environment, where other users of the machine cannot read it'),
  drainMs: z.int().min(0).default(10_000).describe('how long running calls may go on after SIGTERM'),
  logLevel: z.enum(LOG_LEVELS).default('info').describe('least severe level that is logged'),
});
