import { execFileSync } from 'node:child_process';
import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CACHE = fileURLToPath(new URL('../../../../.cache/', import.meta.url));

/** A runsc that can be executed. */
export interface Runsc {
  readonly path: string;
  /** As it says itself. */
  readonly version: string;
}

/**
 * The runsc to use: `path` when given, else the first on the PATH, else the one that set-up has put into the project's cache.
 * Undefined when there is none, or none that runs.
 */
export function findRunsc(path?: string): Runsc | undefined {
  const candidates = path === undefined ? [...onPath(), ...inCache()] : [path];
  for (const candidate of candidates) {
    const version = versionOf(candidate);
    if (version !== undefined) return { path: candidate, version };
  }
  return undefined;
}

function onPath(): string[] {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'runsc'))
    .filter(isExecutable);
}

function inCache(): string[] {
  try {
    // The newest by name: names carry the version.
    return readdirSync(CACHE)
      .filter((name) => name.startsWith('runsc-'))
      .toSorted()
      .toReversed()
      .map((name) => join(CACHE, name, 'runsc'))
      .filter(isExecutable);
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function versionOf(path: string): string | undefined {
  try {
    const text = execFileSync(path, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return /^runsc version (?:release-)?(\S+)/.exec(text)?.[1];
  } catch {
    return undefined;
  }
}
