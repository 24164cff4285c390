import { LOG_LEVELS } from '@leti/rpc';
import { DEFAULT_LIMITS, MAX_LIMITS } from '@leti/sandbox';
import { z } from 'zod';

const bound = (most: number, value: number, description: string): z.ZodDefault<z.ZodInt> =>
  z.int().min(1).max(most).default(value).describe(description);

/** host:port; an IPv6 host stands in brackets. */
const HOST_AND_PORT = /^(?:\[[^\]\s]+\]|[^:\s]+):(?:\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])$/;

/** Settings of the evaluator; `--help` prints them. */
export const EvaluatorConfig = z.strictObject({
  address: z.string().default('127.0.0.1:50052').describe('host:port to listen on'),
  runtime: z
    .enum(['auto', 'gvisor', 'sandlock', 'unsafe-process'])
    .default('auto')
    .describe('what isolates programs; auto: sandlock, else gvisor; unsafe-process is no isolation at all'),
  production: z
    .boolean()
    .default(false)
    .describe('refuse every runtime but gvisor, which auto then means; NODE_ENV=production does the same'),
  runscPath: z.string().min(1).optional().describe("gVisor's program; default: runsc on the PATH, else in .cache"),
  gvisorPlatform: z
    .enum(['systrap', 'ptrace', 'kvm'])
    .optional()
    .describe('how gVisor takes over system calls; default: systrap, and ptrace where that does not start'),
  slots: z.int().min(1).max(1024).optional().describe('programs judged at the same time; default: the number of cores'),
  pythonPath: z.string().min(1).default('python3').describe('interpreter that runs programs'),
  maxWaiting: z
    .int()
    .min(0)
    .default(1024)
    .describe('programs of single calls that may wait for a slot; half of them of one client'),
  maxStreams: z.int().min(1).default(1024).describe('streams of programs that may be open; half of them of one client'),
  maxHeldBytes: z
    .int()
    .min(2 ** 20)
    .default(256 * 2 ** 20)
    .describe(
      'memory for programs that run or wait, half of it for streams, which are read no further when it is used up',
    ),
  keptVerdicts: z.int().min(0).default(20_000).describe('verdicts kept for programs that come again'),
  cpuTimeMs: bound(MAX_LIMITS.cpuTimeMs, DEFAULT_LIMITS.cpuTimeMs, 'CPU time of a program that asks for no limit'),
  wallTimeMs: bound(MAX_LIMITS.wallTimeMs, DEFAULT_LIMITS.wallTimeMs, 'wall time of a program that asks for no limit'),
  memoryBytes: bound(MAX_LIMITS.memoryBytes, DEFAULT_LIMITS.memoryBytes, 'memory of a program that asks for no limit'),
  outputBytes: bound(MAX_LIMITS.outputBytes, DEFAULT_LIMITS.outputBytes, 'output of a program that asks for no limit'),
  processes: bound(MAX_LIMITS.processes, DEFAULT_LIMITS.processes, 'processes and threads, likewise'),
  cpuScale: z
    .number()
    .min(0.25)
    .max(8)
    .optional()
    .describe('CPU time given for each unit that is asked for; default: measured against the reference machine'),
  recycleAfter: z.int().min(1).default(5_000).describe('programs after which a sandbox is replaced'),
  recycleAfterMs: z.int().min(1_000).default(1_800_000).describe('age at which a sandbox is replaced'),
  drainMs: z.int().min(0).default(10_000).describe('how long running calls may go on after SIGTERM'),
  metricsAddress: z
    .string()
    .refine((text) => HOST_AND_PORT.test(text), 'expected host:port with a port of 0 to 65535, e.g. 127.0.0.1:9090')
    .optional()
    .describe('host:port to serve metrics for Prometheus at, as /metrics, e.g. 127.0.0.1:9090; default: not served'),
  logLevel: z.enum(LOG_LEVELS).default('info').describe('least severe level that is logged'),
});

/** Settings with `production` as NODE_ENV asks for it too. Whichever asks: neither can be taken back by the other. */
export function withNodeEnvironment<C extends { readonly production: boolean }>(
  config: C,
  env: Readonly<Record<string, string | undefined>>,
): C {
  return { ...config, production: config.production || env['NODE_ENV'] === 'production' };
}
