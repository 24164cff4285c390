/** @module The benchmark service as a part: what a test, or a program that hosts it, starts. Its own program is main.ts. */
export { BenchmarkConfig } from './config.ts';
export { startBenchmark } from './start-benchmark.ts';
export type { RunningBenchmark } from './start-benchmark.ts';
