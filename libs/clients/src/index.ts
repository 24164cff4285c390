export { isOutage } from './is-outage.ts';
export type { Backoff, Wait } from './patience.ts';
export { createRemoteJudge, ProgramNotJudgedError } from './remote-judge.ts';
export type { RemoteJudge } from './remote-judge.ts';
export { createRemoteSampler } from './remote-sampler.ts';
export type { RemoteSampler } from './remote-sampler.ts';
