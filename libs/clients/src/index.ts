export { isOutage } from './is-outage.ts';
export { judgePrograms } from './judge-programs.ts';
export type { Judged } from './outgoing-programs.ts';
export type { Backoff, Wait } from './patience.ts';
export { ProgramNotJudgedError } from './program-not-judged-error.ts';
export { createRemoteJudge } from './remote-judge.ts';
export type { RemoteJudge } from './remote-judge.ts';
export { createRemoteSampler } from './remote-sampler.ts';
export type { RemoteSampler } from './remote-sampler.ts';
