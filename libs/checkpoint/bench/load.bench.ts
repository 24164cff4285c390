// Time and memory of loading a checkpoint folder, step by step.
//
//   node libs/checkpoint/bench/make-codegen.ts 350M /tmp/codegen-350M
//   node libs/checkpoint/bench/load.bench.ts /tmp/codegen-350M
//
// A second run has the files in the page cache; the first one after a reboot measures the disk.
import { sizeOf } from '@leti/nn/model';
import { checkpointDigest, readCheckpoint } from '../src/index.ts';

const [folder = ''] = process.argv.slice(2);
const MiB = 2 ** 20;
const peakMiB = (): string => `${Math.round((process.resourceUsage().maxRSS * 1024) / MiB)} MiB at most`;

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const cpuStart = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(cpuStart);
  const clock = `${((performance.now() - start) / 1000).toFixed(2).padStart(7)} s`;
  console.log(`${what.padEnd(44)} ${clock}, ${((user + system) / 1e6).toFixed(2)} s of processor, ${peakMiB()}`);
  return result;
}

console.log(`before: ${peakMiB()}`);
await timed('digest', () => checkpointDigest(folder));
const { config, weights } = await timed('readCheckpoint: digest, check, tokenizer', () => readCheckpoint(folder));
let numbers = 0;
await timed('every weight as float32, one after another', async () => {
  for (const { shape, data } of weights.values()) {
    if (data.length !== sizeOf(shape)) throw new Error('want every number');
    numbers += data.length;
  }
});
console.log(
  `${config.modelType}, ${numbers.toLocaleString('en')} numbers, ${Math.round((4 * numbers) / MiB)} MiB in float32`,
);
