// A server in a process of its own that answers late, to be told to end.
import { setTimeout as sleep } from 'node:timers/promises';
import { Evaluation, EvaluatorServiceService, type EvaluateProgramRequest } from '@leti/proto';
import { createLogger } from '../logger.ts';
import { serve } from '../serve.ts';
import { unary } from '../unary.ts';

const server = await serve({
  address: '127.0.0.1:0',
  logger: createLogger({ name: 'late' }),
  services: [
    {
      definition: EvaluatorServiceService,
      implementation: {
        evaluateProgram: unary(async ({ program }: EvaluateProgramRequest) => {
          process.send?.('arrived');
          await sleep(300);
          return Evaluation.create({ programId: `${program?.programId}, late` });
        }),
      },
    },
  ],
});
process.send?.(server.port);
await server.closed;
process.disconnect?.();
