// The trainer: owns training runs and drives the LETI loop. gRPC leti.v1.TrainerService, by default on port 50053.
// It calls the generator at --generator-address and the evaluator at --evaluator-address, and trains in a child process
// (training-worker.ts). Runs lie in --store.
import { loadConfigOrExit } from '@leti/config';
import { createLogger } from '@leti/rpc';
import { TrainerConfig } from './config.ts';
import { startTrainer } from './start-trainer.ts';

const config = loadConfigOrExit(TrainerConfig, {
  name: 'trainer',
  argv: process.argv.slice(2),
  env: process.env,
  prefix: 'LETI_TRAINER',
});
const logger = createLogger({ name: 'trainer', level: config.logLevel });
try {
  await startTrainer(config, { logger });
} catch (error) {
  logger.fatal({ event: 'start_failed', err: error });
  process.exitCode = 1;
}
