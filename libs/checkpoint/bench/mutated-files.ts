// Reads weight files that were changed at random, for so many seconds: each is read or refused as InvalidCheckpointError,
// and anything else ends the run with the file that did it.
//
//   node libs/checkpoint/bench/mutated-files.ts 60 1          seconds, seed
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvalidCheckpointError } from '../src/errors.ts';
import { stateDictIn } from '../src/pytorch/state-dict.ts';
import { safetensorsIn } from '../src/safetensors/read-safetensors.ts';
import { readFloat32, requireWeight } from '../src/stored-tensor.ts';
import { isWeightType } from '../src/weight-type.ts';

const [seconds = 60, seed = 1] = process.argv.slice(2).map(Number);
const golden = fileURLToPath(new URL('../../../test/golden/checkpoints/', import.meta.url));
const FILES = [
  ['views.bin', stateDictIn],
  ['views-old.bin', stateDictIn],
  ['views.safetensors', safetensorsIn],
] as const;

let state = seed >>> 0;
/** A whole number in [0, bound). */
function next(bound: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * bound);
}

/** One to four changes: cut off, a byte more, some bytes fewer, or another byte. */
function mutated(content: Buffer): Buffer {
  let bytes = Buffer.from(content);
  for (let changes = 1 + next(4); changes > 0 && bytes.length > 0; changes--) {
    const at = next(bytes.length);
    const kind = next(6);
    if (kind === 0) bytes = bytes.subarray(0, at);
    else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), Buffer.of(next(256)), bytes.subarray(at)]);
    else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + next(8))]);
    else bytes[at] = next(256);
  }
  return bytes;
}

const folder = await mkdtemp(join(tmpdir(), 'leti-mutated-'));
const path = join(folder, 'weights');
const problems = new Set<string>();
let files = 0;
let read = 0;
for (const end = Date.now() + 1000 * seconds; Date.now() < end; files++) {
  const [name, tensorsIn] = FILES[files % FILES.length]!;
  await writeFile(path, mutated(await readFile(join(golden, name))));
  try {
    for (const tensor of await tensorsIn(path)) if (isWeightType(tensor.type)) readFloat32(requireWeight(tensor));
    read++;
  } catch (error) {
    if (!(error instanceof InvalidCheckpointError)) throw new Error(`${name}, kept as ${path}`, { cause: error });
    problems.add(error.message.slice(path.length).replaceAll(/\d+/g, 'N').slice(0, 60));
  }
}
await rm(folder, { recursive: true });
const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(`${files} files: ${read} read, ${files - read} refused in ${problems.size} ways; ${peakMiB} MiB at most`);
