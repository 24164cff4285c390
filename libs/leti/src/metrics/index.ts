export { HACK_SIGNS, hackCounts, hackSigns, rewardHackFigures, shownTests } from './reward-hack.ts';
export type { HackCounts, HackSign } from './reward-hack.ts';
export { runScalars } from './run-scalars.ts';
export type { RunFigures, Scalar } from './run-scalars.ts';
