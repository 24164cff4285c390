import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scheduledSeed } from '@leti/leti';
import { runPaths, writeFailure, writeFileAtomically, writeProblems } from '@leti/runs';
import { stringify } from 'yaml';
import { copyReplayed } from './replay.ts';
import type { ResolvedRun } from './resolve-run.ts';
import { codeVersion } from './code-version.ts';

/**
 * Writes what a run's folder holds from the start beside its record: run.yaml, for people and for repeating the run, and
 * the problems, whose file is written last and says that the run is prepared.
 */
export async function prepareRun(folder: string, run: ResolvedRun): Promise<void> {
  await writeReserve(folder);
  await writeFileAtomically(join(folder, 'run.yaml'), await runYaml(run));
  const paths = runPaths(folder);
  if (run.replay !== null) await copyReplayed(folder, run.replay, run.problems);
  if (run.validationProblems.length > 0) await writeProblems(paths.validationProblems, run.validationProblems);
  await writeProblems(paths.problems, run.problems);
}

export async function isPrepared(folder: string): Promise<boolean> {
  return access(runPaths(folder).problems).then(
    () => true,
    () => false,
  );
}

/**
 * Space that is given back when the disk is full, so that the run can at least say so. A record and an event take a few
 * KiB; file systems round up.
 */
const RESERVE_BYTES = 64 * 1024;

/** Where the reserve lies. */
export const reservePath = (folder: string): string => join(folder, '.reserve');

/** @throws {StoreFullError} */
export async function writeReserve(folder: string): Promise<void> {
  const path = reservePath(folder);
  await writeFile(path, Buffer.alloc(RESERVE_BYTES, 1)).catch((error: unknown) => {
    throw writeFailure(path, error);
  });
}

async function runYaml({ settings, corpusDigest }: ResolvedRun): Promise<string> {
  const { seed, iterations } = settings;
  const seeds = Array.from({ length: iterations }, (_, i) => `#   ${i + 1}: ${scheduledSeed(settings, i + 1)}\n`);
  // Beyond 2^53 a YAML number would lose digits.
  const body = { ...settings, seed: seed <= Number.MAX_SAFE_INTEGER ? Number(seed) : seed.toString() };
  return (
    '# The run as resolved at its creation; leti train --config THIS_FILE repeats it.\n' +
    `# Code version: ${await codeVersion()}\n` +
    (corpusDigest === null ? '' : `# Digest of the corpus: ${corpusDigest}\n`) +
    `# Seeds of the iterations' sampling calls, derived from the seed below:\n${seeds.join('')}` +
    stringify(body)
  );
}
