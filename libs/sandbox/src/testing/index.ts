// Gold programs of the benchmarks, for tests and benches.
export { humanEvalGold, mbppGold } from './benchmark-programs.ts';
