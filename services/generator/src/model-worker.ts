// The process that holds the model. TensorFlow calls block it for as long as a chunk takes; the gRPC process never.
import { runWorker, type WorkerContext, type WorkerHandlers } from '@leti/worker';
import type { ModelDescription } from './describe-model.ts';
import { ModelHost } from './model-host.ts';
import type { DrawnGroup, GroupOrder, LoadOrder, PromptPlan, PromptsToPlan, ScoredTexts } from './model-messages.ts';

const host = new ModelHost();

/** The worker's methods, see {@link ModelHost}. */
const handlers = {
  load(order: LoadOrder): Promise<ModelDescription> {
    return host.load(order);
  },
  plan(request: PromptsToPlan): PromptPlan {
    return host.plan(request);
  },
  sampleGroup(order: GroupOrder, { signal }: WorkerContext): Promise<DrawnGroup> {
    return host.sampleGroup(order, signal);
  },
  score(
    { texts, expectedDigest }: { texts: readonly string[]; expectedDigest: string | undefined },
    { signal }: WorkerContext,
  ): Promise<ScoredTexts> {
    return host.score(texts, expectedDigest, signal);
  },
} satisfies WorkerHandlers;

/** The methods of the model worker. */
export type ModelHandlers = typeof handlers;

runWorker(handlers, { onStop: () => host.dispose() });
