import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{libs,services,cli}/**/src/**/*.test.ts',
      'test/**/*.test.ts',
      'tools/**/*.test.ts',
      'deploy/**/*.test.ts',
    ],
    env: { TF_CPP_MIN_LOG_LEVEL: '2' },
    // Two cores are the reference machine: each worker may itself start TensorFlow or Python.
    maxWorkers: 2,
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', './tools/closing-line.ts'],
  },
});
