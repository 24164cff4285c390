import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckStep } from './check-step.ts';
import { generate, generatedFolder } from './generate.ts';
import { root } from './run-command.ts';

async function readTree(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(files.map(async (file) => [file.slice(folder.length + 1), await readFile(file)] as const)),
  );
}

/** The paths that are in one tree only or differ, each with what is wrong with `actual`. */
export async function differencesOf(expected: string, actual: string): Promise<string[]> {
  const [want, have] = await Promise.all([readTree(expected), readTree(actual)]);
  const paths = [...new Set([...want.keys(), ...have.keys()])].sort();
  return paths.flatMap((path) => {
    const [a, b] = [want.get(path), have.get(path)];
    if (a === undefined) return [`${path}: no proto generates it`];
    if (b === undefined) return [`${path}: missing`];
    return a.equals(b) ? [] : [`${path}: differs`];
  });
}

/** Fails unless the committed generated code is what the protos give. Generates elsewhere, so it changes nothing. */
export const checkGenerated: CheckStep = {
  name: 'generated',
  title: 'generated code is up to date',
  async run() {
    const work = await mkdtemp(join(tmpdir(), 'leti-generate-'));
    try {
      await generate(work);
      const differences = await differencesOf(join(work, generatedFolder), join(root, generatedFolder));
      if (differences.length === 0) return { state: 'ok' };
      const lines = differences.map((line) => `${generatedFolder}/${line}`);
      return { state: 'failed', output: [...lines, 'run `npm run generate` and commit the result'].join('\n') };
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  },
};
