import { spawnSync } from 'node:child_process';
import { totalmem } from 'node:os';
import { tensorRuntime, type TensorRuntime } from './tensor-runtime.ts';

/** Of a computer that does other work too, and of a GPU that is ours. */
const SHARE = { cpu: 0.5, gpu: 0.9 } as const;

/** Where the sizes are read. */
export interface MemoryReaders {
  /** Bytes of the machine. */
  readonly machineBytes: () => number;
  /** Bytes that the process' container may use; 0, or more than the machine has, where nothing limits it. */
  readonly containerBytes: () => number;
  /** `CUDA_VISIBLE_DEVICES`: numbers or names of GPUs, the first of which computes. */
  readonly visibleGpus: () => string | undefined;
  /** What nvidia-smi prints of a GPU's memory, in MiB. @param gpu its number or name @throws {Error} when it cannot run */
  readonly gpuMemory: (gpu: string) => string;
}

const THIS_MACHINE: MemoryReaders = {
  machineBytes: totalmem,
  containerBytes: () => process.constrainedMemory(),
  visibleGpus: () => process.env['CUDA_VISIBLE_DEVICES'],
  gpuMemory: (gpu) => {
    const args = ['--query-gpu=memory.total', '--format=csv,noheader,nounits', `--id=${gpu}`];
    const { stdout, error } = spawnSync('nvidia-smi', args, { encoding: 'utf8', timeout: 10_000 });
    if (error !== undefined) throw error;
    return stdout;
  },
};

/**
 * Bytes that tensors may take where nobody says otherwise: half of the machine's memory, or of what its container may
 * use, or nine tenths of the first GPU's. It depends on the machine alone, not on what is free at the moment.
 * @throws {Error} when the size of a GPU cannot be found out
 */
export function defaultMemoryBytes(
  device: TensorRuntime['device'] = tensorRuntime().device,
  readers: MemoryReaders = THIS_MACHINE,
): number {
  return Math.floor(SHARE[device] * deviceMemoryBytes(device, readers));
}

/**
 * Bytes that the machine has, or its container may use, or that the first visible GPU has.
 * @throws {Error} when the size of a GPU cannot be found out
 */
export function deviceMemoryBytes(
  device: TensorRuntime['device'] = tensorRuntime().device,
  readers: MemoryReaders = THIS_MACHINE,
): number {
  if (device === 'gpu') return gpuBytes(readers);
  const [machine, container] = [readers.machineBytes(), readers.containerBytes()];
  return container > 0 ? Math.min(container, machine) : machine;
}

function gpuBytes({ visibleGpus, gpuMemory }: MemoryReaders): number {
  const gpu = visibleGpus()?.split(',')[0]!.trim() || '0';
  const place = `the memory of GPU ${gpu} must be known`;
  let printed: string;
  try {
    printed = gpuMemory(gpu);
  } catch (cause) {
    throw new Error(`${place}: ${String(cause)}; set memoryBytes instead`, { cause });
  }
  const mebibytes = Number.parseInt(printed, 10);
  if (mebibytes > 0) return mebibytes * 2 ** 20;
  throw new Error(`${place}: nvidia-smi printed ${JSON.stringify(printed)}; set memoryBytes instead`);
}
