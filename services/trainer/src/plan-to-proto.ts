import { trainingSettingsToProto } from '@leti/convert';
import type { TrainingPlan } from '@leti/proto';
import type { TrainingPlanReport } from './plan-run.ts';

/** The plan as a message of leti.v1. */
export function planToProto(plan: TrainingPlanReport): TrainingPlan {
  const { memory, memoryAvailable, diskBytesMost, settings, warnings, ...counts } = plan;
  const bytes = (count: number): bigint => BigInt(Math.ceil(count));
  return {
    ...counts,
    memory: {
      weightsBytes: bytes(memory.weights),
      momentsBytes: bytes(memory.moments),
      gradientsBytes: bytes(memory.gradients),
      activationsBytes: bytes(memory.activations),
      runtimeBytes: bytes(memory.runtime),
      totalBytes: bytes(memory.total),
      availableBytes: bytes(memoryAvailable),
    },
    warnings: [...warnings],
    settings: trainingSettingsToProto(settings),
    diskBytesMost: bytes(diskBytesMost),
  };
}
