import { expect, test } from 'vitest';
import { defaultMemoryBytes, deviceMemoryBytes, type MemoryReaders } from './device-memory.ts';

const GIB = 2 ** 30;
const machine: MemoryReaders = {
  machineBytes: () => 64 * GIB,
  containerBytes: () => 0,
  visibleGpus: () => undefined,
  gpuMemory: (gpu) => ({ '0': '81920\n', '2': '143771\n', 'GPU-7': '46068\n' })[gpu] ?? 'No devices were found\n',
};

test.each([
  ['a machine', 0, 64],
  ['a container with less', 16 * GIB, 16],
  ['a container without a limit, as cgroups say it', 2 ** 63, 64],
] as const)('tensors may take half of %s', (_, container, gib) => {
  const readers = { ...machine, containerBytes: () => container };
  expect(deviceMemoryBytes('cpu', readers)).toBe(gib * GIB);
  expect(defaultMemoryBytes('cpu', readers)).toBe((gib * GIB) / 2);
});

test.each([
  [undefined, 81_920],
  ['', 81_920],
  ['2,0', 143_771],
  ['GPU-7', 46_068],
])('with CUDA_VISIBLE_DEVICES %j they may take nine tenths of the GPU that computes', (visible, mebibytes) => {
  const readers = { ...machine, visibleGpus: () => visible };
  expect(defaultMemoryBytes('gpu', readers)).toBe(Math.floor(0.9 * mebibytes * 2 ** 20));
});

test('a GPU whose size cannot be found out is an error that says what to set', () => {
  const unknown = { ...machine, visibleGpus: () => '9' };
  expect(() => defaultMemoryBytes('gpu', unknown)).toThrow(
    'the memory of GPU 9 must be known: nvidia-smi printed "No devices were found\\n"; set memoryBytes instead',
  );
  const missing = {
    ...machine,
    gpuMemory: (): never => {
      throw new Error('spawnSync nvidia-smi ENOENT');
    },
  };
  expect(() => defaultMemoryBytes('gpu', missing)).toThrow('GPU 0 must be known: Error: spawnSync nvidia-smi ENOENT');
});

test('this machine has memory, and the same each time', () => {
  expect(deviceMemoryBytes('cpu')).toBeGreaterThan(2 ** 20);
  expect(deviceMemoryBytes('cpu')).toBe(deviceMemoryBytes('cpu'));
});
