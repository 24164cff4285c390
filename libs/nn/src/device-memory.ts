import { spawnSync } from 'node:child_process';
import { totalmem } from 'node:os';
import { tensorRuntime } from './tensor-runtime.ts';

/** Of a computer that does other work too, and of a GPU that is ours. */
const SHARE = { cpu: 0.5, gpu: 0.9 } as const;

/**
 * Bytes that tensors may take where nobody says otherwise: half of the machine's memory, or of what its container may
 * use, or nine tenths of the first GPU's. It depends on the machine alone, not on what is free at the moment.
 * @throws {Error} when the size of a GPU cannot be found out
 */
export function defaultMemoryBytes(): number {
  return Math.floor(SHARE[tensorRuntime().device] * deviceMemoryBytes());
}

/**
 * Bytes that the machine has, or its container may use, or that the first GPU has.
 * @throws {Error} when the size of a GPU cannot be found out
 */
export function deviceMemoryBytes(): number {
  return tensorRuntime().device === 'gpu' ? gpuMemoryBytes() : machineMemoryBytes();
}

function machineMemoryBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

function gpuMemoryBytes(): number {
  const args = ['--query-gpu=memory.total', '--format=csv,noheader,nounits', '--id=0'];
  const { stdout, error } = spawnSync('nvidia-smi', args, { encoding: 'utf8', timeout: 10_000 });
  const mebibytes = Number.parseInt(stdout ?? '', 10);
  if (mebibytes > 0) return mebibytes * 2 ** 20;
  throw new Error(
    `the GPU's memory must be known: nvidia-smi ${args[0]} gave ${JSON.stringify(error?.message ?? stdout)}; ` +
      'set memoryBytes instead',
  );
}
