// What tests and benches of several packages need around a runner. Never imported by a program.
export { allProcesses, commandLine, descendants } from './process-tree.ts';
export { processesOf } from './sandbox-processes.ts';
export type { Part } from './sandbox-processes.ts';
export { startRunnerOrSkip } from './start-runner-or-skip.ts';
