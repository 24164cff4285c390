import type {
  DatasetSettings,
  DistillationSettings,
  FineTuningSettings,
  PretrainingMix,
  TrainingSettingsInput,
} from '@leti/leti';
import type {
  DatasetSettings as ProtoDatasetSettings,
  DistillationSettings as ProtoDistillationSettings,
  FineTuningSettings as ProtoFineTuningSettings,
  PretrainingMix as ProtoPretrainingMix,
} from '@leti/proto';
import { conditions, conditionToProto } from './condition.ts';
import type { FieldPath } from './field-path.ts';
import {
  balances,
  deduplications,
  endsOfText,
  layouts,
  precisions,
  separators,
  sequenceOrders,
  solutionTokens,
  streamCursors,
  streamForms,
  streamOrders,
  supervisedStarts,
  wordOrDefault,
} from './setting-enums.ts';

/*
 * Sections of training settings. What is read here is checked, and its defaults filled in, by the schema of `@leti/leti`;
 * only numbers that are no enum's are reported.
 */

/** A number whose 0 stands for the default. */
const orDefault = (value: number): number | undefined => (value === 0 ? undefined : value);

export function fineTuningFromProto(
  settings: ProtoFineTuningSettings,
  at: FieldPath,
): TrainingSettingsInput['fineTuning'] {
  return {
    ...settings,
    solutionTokens: wordOrDefault(solutionTokens, settings.solutionTokens, at.field('solution_tokens')),
    endOfText: wordOrDefault(endsOfText, settings.endOfText, at.field('end_of_text')),
    order: wordOrDefault(sequenceOrders, settings.order, at.field('order')),
    supervisedStart: wordOrDefault(supervisedStarts, settings.supervisedStart, at.field('supervised_start')),
    layout: wordOrDefault(layouts, settings.layout, at.field('layout')),
    weightPrecision: wordOrDefault(precisions, settings.weightPrecision, at.field('weight_precision')),
    products: wordOrDefault(precisions, settings.products, at.field('products')),
  };
}

export function fineTuningToProto(settings: FineTuningSettings): ProtoFineTuningSettings {
  return {
    ...settings,
    solutionTokens: solutionTokens.toProto(settings.solutionTokens),
    endOfText: endsOfText.toProto(settings.endOfText),
    order: sequenceOrders.toProto(settings.order),
    supervisedStart: supervisedStarts.toProto(settings.supervisedStart),
    layout: layouts.toProto(settings.layout),
    weightPrecision: precisions.toProto(settings.weightPrecision),
    products: precisions.toProto(settings.products),
  };
}

export function datasetFromProto(settings: ProtoDatasetSettings, at: FieldPath): TrainingSettingsInput['dataset'] {
  return {
    ...settings,
    deduplicate: wordOrDefault(deduplications, settings.deduplicate, at.field('deduplicate')),
    balance: wordOrDefault(balances, settings.balance, at.field('balance')),
  };
}

export function datasetToProto(settings: DatasetSettings): ProtoDatasetSettings {
  return {
    ...settings,
    deduplicate: deduplications.toProto(settings.deduplicate),
    balance: balances.toProto(settings.balance),
  };
}

export function pretrainingMixFromProto(
  mix: ProtoPretrainingMix,
  at: FieldPath,
): TrainingSettingsInput['pretrainingMix'] {
  return {
    ...mix,
    form: wordOrDefault(streamForms, mix.form, at.field('form')),
    separator: wordOrDefault(separators, mix.separator, at.field('separator')),
    order: wordOrDefault(streamOrders, mix.order, at.field('order')),
    cursor: wordOrDefault(streamCursors, mix.cursor, at.field('cursor')),
    groupDocuments: orDefault(mix.groupDocuments),
    blockTokens: orDefault(mix.blockTokens),
    heldOutSequences: orDefault(mix.heldOutSequences),
  };
}

export function pretrainingMixToProto(mix: PretrainingMix): ProtoPretrainingMix {
  return {
    ...mix,
    form: streamForms.toProto(mix.form),
    separator: separators.toProto(mix.separator),
    order: streamOrders.toProto(mix.order),
    cursor: streamCursors.toProto(mix.cursor),
  };
}

export function distillationFromProto(
  settings: ProtoDistillationSettings,
  at: FieldPath,
): TrainingSettingsInput['distillation'] {
  const teacherCondition = wordOrDefault(conditions, settings.teacherCondition, at.field('teacher_condition'));
  return { ...settings, teacherCondition };
}

export function distillationToProto(settings: DistillationSettings): ProtoDistillationSettings {
  return { ...settings, teacherCondition: conditionToProto(settings.teacherCondition) };
}
