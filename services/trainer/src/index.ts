/** @module The trainer as a part: what a test, or a program that hosts it, starts. Its own program is main.ts. */
export { TrainerConfig } from './config.ts';
export { startTrainer } from './start-trainer.ts';
export type { RunningTrainer } from './start-trainer.ts';
