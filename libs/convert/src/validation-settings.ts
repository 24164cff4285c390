import type { TrainingSettingsInput, ValidationSettings } from '@leti/leti';
import type { ValidationSettings as ProtoValidationSettings } from '@leti/proto';
import { conditions, conditionToProto } from './condition.ts';
import type { FieldPath } from './field-path.ts';
import { selections, wordOrDefault } from './setting-enums.ts';

/** Reads how checkpoints are scored; reports numbers that are no enum's. The schema of `@leti/leti` checks the rest. */
export function validationFromProto(
  settings: ProtoValidationSettings,
  at: FieldPath,
): TrainingSettingsInput['validation'] {
  const words = settings.conditions.map((value, i) => conditions.fromProto(value, at.field('conditions').index(i)));
  return {
    ...settings,
    limit: settings.limit === 0 ? undefined : settings.limit,
    conditions: words.length === 0 ? undefined : words,
    every: settings.every === 0 ? undefined : settings.every,
    select: wordOrDefault(selections, settings.select, at.field('select')),
  };
}

export function validationToProto(settings: ValidationSettings): ProtoValidationSettings {
  return {
    ...settings,
    limit: settings.limit ?? 0,
    conditions: settings.conditions.map(conditionToProto),
    select: selections.toProto(settings.select),
  };
}
