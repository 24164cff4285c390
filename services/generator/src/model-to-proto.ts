import { engineToProto } from '@leti/convert';
import { type Model, Model_State } from '@leti/proto';
import type { Engine } from './engine.ts';
import type { LoadedModel } from './model-messages.ts';

/** The `Model` message. @param engine what serves the model now */
export function modelToProto(model: LoadedModel, { state }: Pick<Engine, 'state'>): Model {
  const { path, digest, parameterCount, engine, ...shape } = model;
  return {
    checkpoint: { path, digest },
    parameterCount: BigInt(parameterCount),
    ...shape,
    state: state === 'ready' ? Model_State.READY : Model_State.RESTARTING,
    engine: engineToProto(engine),
  };
}
