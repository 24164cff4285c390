// The generator: samples solutions from a code language model. gRPC leti.v1.GeneratorService, by default on port 50051.
// The model lives in a child process (model-worker.ts); SolveProblem calls the evaluator at --evaluator-address.
import { loadConfigOrExit } from '@leti/config';
import { createLogger } from '@leti/rpc';
import { GeneratorConfig } from './config.ts';
import { startGenerator } from './start-generator.ts';

const config = loadConfigOrExit(GeneratorConfig, {
  name: 'generator',
  argv: process.argv.slice(2),
  env: process.env,
  prefix: 'LETI_GENERATOR',
});
const logger = createLogger({ name: 'generator', level: config.logLevel });
try {
  await startGenerator(config, { logger });
} catch (error) {
  logger.fatal({ event: 'start_failed', err: error });
  process.exitCode = 1;
}
