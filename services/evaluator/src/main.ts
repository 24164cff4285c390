// The evaluator: judges untrusted Python programs in a sandbox. gRPC leti.v1.EvaluatorService, by default on port 50052.
// Below it run, for each slot, a Python supervisor and its two fork servers (libs/sandbox).
import { loadConfigOrExit } from '@leti/config';
import { createLogger } from '@leti/rpc';
import { EvaluatorConfig, withNodeEnvironment } from './config.ts';
import { startEvaluator } from './start-evaluator.ts';

const settings = loadConfigOrExit(EvaluatorConfig, {
  name: 'evaluator',
  argv: process.argv.slice(2),
  env: process.env,
  prefix: 'LETI_EVALUATOR',
});
const config = withNodeEnvironment(settings, process.env);
const logger = createLogger({ name: 'evaluator', level: config.logLevel });
try {
  await startEvaluator(config, { logger });
} catch (error) {
  logger.fatal({ event: 'start_failed', err: error });
  process.exitCode = 1;
}
