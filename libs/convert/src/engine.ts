import type { EngineKind } from '@leti/leti';
import { Engine } from '@leti/proto';
import { enumTable } from './enum-table.ts';
import type { FieldPath } from './field-path.ts';

const table = enumTable<EngineKind, Engine>(
  { local: Engine.LOCAL, endpoint: Engine.ENDPOINT },
  { prefix: 'ENGINE_', unspecified: 'local' },
);

/** Reads what drew a solution; unspecified is `local`. Reports an unknown number at `at`. */
export function engineFromProto(value: Engine, at: FieldPath): EngineKind {
  return table.fromProto(value, at);
}

export function engineToProto(engine: EngineKind): Engine {
  return table.toProto(engine);
}
