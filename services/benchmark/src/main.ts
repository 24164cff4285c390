// The benchmark service: scores checkpoints on tasks. gRPC leti.v1.BenchmarkService, by default on port 50054. Samples
// through the generator, judges through the evaluator, and keeps its runs in the store's folder benchmarks/.
import { loadConfigOrExit } from '@leti/config';
import { createLogger } from '@leti/rpc';
import { BenchmarkConfig } from './config.ts';
import { startBenchmark } from './start-benchmark.ts';

const config = loadConfigOrExit(BenchmarkConfig, {
  name: 'benchmark',
  argv: process.argv.slice(2),
  env: process.env,
  prefix: 'LETI_BENCHMARK',
});
const logger = createLogger({ name: 'benchmark', level: config.logLevel });
try {
  await startBenchmark(config, { logger });
} catch (error) {
  logger.fatal({ event: 'start_failed', err: error });
  process.exitCode = 1;
}
