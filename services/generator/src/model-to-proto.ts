import { engineToProto } from '@leti/convert';
import { type Model, Model_State } from '@leti/proto';
import type { ModelDescription } from './describe-model.ts';
import type { Engine } from './engine.ts';

/** The `Model` message. @param engine what serves the model now */
export function modelToProto(model: ModelDescription, { state }: Pick<Engine, 'state'>): Model {
  const { path, digest, parameterCount, engine, ...shape } = model;
  return {
    checkpoint: { path, digest },
    parameterCount: BigInt(parameterCount),
    ...shape,
    state: state === 'ready' ? Model_State.READY : Model_State.RESTARTING,
    engine: engineToProto(engine),
  };
}
