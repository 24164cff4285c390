import { resolve } from 'node:path';
import { checkOverridden, parseOverride, readYaml } from '@leti/config';
import { type TrainingSettings, trainingSettingsSchema } from '@leti/leti';

/**
 * Reads a run's settings from a YAML file, fills in every default, and makes folders absolute, taken from where the
 * command runs: a service may run elsewhere.
 * @param sets `key.path=value`, over the file's
 * @throws {ConfigError} with every problem: file and line or flag, key, expectation, value
 */
export function readTrainingFile(file: string, sets: readonly string[] = []): TrainingSettings {
  const overrides = sets.map((text) => parseOverride('--set', text));
  return withAbsolutePaths(readYaml(file, trainingSettingsSchema, overrides));
}

/**
 * The settings that a fork of a run gets, with what is set over them; folders are made absolute as in
 * {@link readTrainingFile}.
 * @throws {ConfigError} with every problem
 */
export function overriddenSettings(
  settings: TrainingSettings,
  name: string,
  sets: readonly string[],
): TrainingSettings {
  const overrides = sets.map((text) => parseOverride('--set', text));
  return withAbsolutePaths(checkOverridden(trainingSettingsSchema, settings, name, overrides));
}

function withAbsolutePaths(settings: TrainingSettings): TrainingSettings {
  const { problems, baseCheckpoint, pretrainingMix } = settings;
  return {
    ...settings,
    problems:
      'inline' in problems || problems.dataFolder === undefined
        ? problems
        : { ...problems, dataFolder: resolve(problems.dataFolder) },
    baseCheckpoint: { ...baseCheckpoint, path: absoluteUnlessName(baseCheckpoint.path) },
    pretrainingMix: { ...pretrainingMix, corpus: absoluteUnlessName(pretrainingMix.corpus) },
  };
}

/** An absolute path; the empty path and names of what ships with LETI, as `micro-base`, stay as they are. */
export const absoluteUnlessName = (path: string): string =>
  /^((micro|unfamiliar)-[a-z]+)?$/.test(path) ? path : resolve(path);
