/** @module The generator as a part: what a test, or a program that hosts it, starts. Its own program is main.ts. */
export { GeneratorConfig } from './config.ts';
export { startGenerator } from './start-generator.ts';
export type { RunningGenerator } from './start-generator.ts';
