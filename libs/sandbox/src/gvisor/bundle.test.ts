import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeBundle, type BundleOptions } from './bundle.ts';
import { describeInterpreter } from './interpreter.ts';

const home = mkdtempSync(join(tmpdir(), 'bundle-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Config {
  readonly root: { readonly readonly: boolean };
  readonly process: {
    readonly args: readonly string[];
    readonly capabilities: Record<string, readonly string[]>;
    readonly noNewPrivileges: boolean;
  };
  readonly mounts: readonly { destination: string; type: string; source: string; options?: readonly string[] }[];
  readonly linux: {
    readonly namespaces: readonly { type: string }[];
    readonly cgroupsPath?: string;
    readonly resources?: { readonly memory: { readonly limit: number } };
  };
}

async function configOf(more: Partial<BundleOptions> = {}): Promise<Config> {
  const interpreter = await describeInterpreter('python3');
  const folder = mkdtempSync(join(home, 'b-'));
  writeBundle(folder, {
    interpreter,
    packageFolder: home,
    args: ['-V'],
    scratchBytes: 4096,
    cgroup: undefined,
    ...more,
  });
  return JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as Config;
}

test('only proc and sized file systems can be written, the rest is shown read-only', async () => {
  const { root, mounts } = await configOf();
  expect(root.readonly).toBe(true);
  const bounded = mounts.filter(({ type, options = [] }) => {
    if (type === 'tmpfs') return options.some((option) => option.startsWith('size='));
    return type === 'proc' || (type === 'bind' && options.includes('ro'));
  });
  expect(bounded).toEqual(mounts);
});

test('the guest sees the interpreter at a place of its own, wherever it is here', async () => {
  const interpreter = { executable: '/usr/bin/env', prefix: '/usr/bin', folders: ['/usr/bin'] };
  const { process, mounts } = await configOf({ interpreter });
  expect(process.args).toEqual(['/opt/python/env', '-V']);
  expect(mounts).toContainEqual(expect.objectContaining({ source: '/usr/bin', destination: '/opt/python' }));
});

test('the guest has no network of the machine, no new privileges, and few capabilities', async () => {
  const { process, linux } = await configOf();
  expect(linux.namespaces).toContainEqual({ type: 'network' });
  expect(process.noNewPrivileges).toBe(true);
  for (const set of Object.values(process.capabilities)) expect(set).toHaveLength(7);
});

test('memory is bounded by a cgroup where one is asked for', async () => {
  expect((await configOf()).linux.resources).toBeUndefined();
  const { linux } = await configOf({ cgroup: { path: '/x', memoryBytes: 2 ** 30 } });
  expect(linux).toMatchObject({ cgroupsPath: '/x', resources: { memory: { limit: 2 ** 30 } } });
});

test('an interpreter that does not run is told by its name', async () => {
  await expect(describeInterpreter('/nowhere/python3')).rejects.toThrow("'/nowhere/python3' does not run");
});
