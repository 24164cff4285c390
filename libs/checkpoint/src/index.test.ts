import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

test('importing the package does not load TensorFlow', () => {
  const script = `
    await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
    const { createRequire } = await import('node:module');
    const loaded = Object.keys(createRequire(${JSON.stringify(import.meta.url)}).cache);
    console.log(loaded.filter((path) => path.includes('tfjs')).length);`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(output.trim()).toBe('0');
});
