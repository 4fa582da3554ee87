import { DurableFlowError, ModelError, type ModelErrorKind } from '../../errors/index.js';
import { checkCeiling } from '../../models/check-ceiling.js';
import { checkRequest } from '../../models/check-request.js';
import type { CallOptions, ModelClient, ModelDelta, ModelRequest } from '../../models/model-client.js';
import { fromOpenAi, OpenAiAssembly, readCompletion, toOpenAi } from '../../models/open-ai-wire.js';
import { recorded } from '../../models/recorded.js';
import { currentBody } from '../../runtime/current-body.js';
import type { Answered, AskOptions, Streamed } from '../answered.js';
import type { ChatRequest } from '../chat.js';
import type { Constraints } from '../constraints.js';
import type { PlanTrace } from '../plan-trace.js';

/** What a client needs of a planner. */
interface AskedPlanner {
  complete(request: ChatRequest, constraints: Constraints, options: AskOptions): Promise<Answered>;
  stream(request: ChatRequest, constraints: Constraints, options: AskOptions): Promise<Streamed>;
  trace(requestId: string): PlanTrace;
}

const provider = 'planner';
const model = 'auto';

/** A planner as a model client: its calls are on record, and what they cost is what all their attempts cost together. */
export function plannerClient(planner: AskedPlanner, constraints: Constraints): ModelClient {
  const costOf = (requestId: string) => planner.trace(requestId).totals.costUsd;
  const bodyOf = async (request: ModelRequest) => {
    checkRequest(request);
    await checkCeiling(request, [model]);
    return (await toOpenAi(request, model, 'max_tokens', {})) as unknown as ChatRequest;
  };

  return recorded({
    provider,
    model,

    async complete(request: ModelRequest, { signal = currentBody()?.signal }: CallOptions = {}) {
      const body = await bodyOf(request);
      try {
        const { completion, requestId } = await planner.complete(body, constraints, signal ? { signal } : {});
        const answer = readCompletion(completion as never, provider, model);
        return { ...fromOpenAi(answer, provider, requestId), costUsd: costOf(requestId) };
      } catch (error) {
        throw modelFailure(error);
      }
    },

    async *stream(request: ModelRequest, { signal = currentBody()?.signal }: CallOptions = {}): AsyncGenerator<ModelDelta> {
      const body = await bodyOf(request);
      const assembly = new OpenAiAssembly();
      try {
        const asked = { ...body, stream_options: { include_usage: true } };
        const { chunks, requestId } = await planner.stream(asked, constraints, signal ? { signal } : {});
        for await (const chunk of chunks) yield* assembly.add(chunk as never);
        const answer = assembly.answer(model);
        if (!answer) throw new ModelError('stream_broken', `${provider}: the stream ended too early`, { provider, model });
        yield { type: 'response', response: { ...fromOpenAi(answer, provider, requestId), costUsd: costOf(requestId) } };
      } catch (error) {
        throw modelFailure(error);
      }
    },
  });
}

const kinds: Readonly<Partial<Record<string, ModelErrorKind>>> = {
  DF_PLAN_FAILED: 'server',
  DF_PLAN_LATENCY: 'timeout',
  DF_PLAN_REJECTED: 'invalid_request',
  DF_PLAN_STREAM_BROKEN: 'stream_broken',
  DF_PLAN_ABANDONED: 'aborted',
};

/** What is refused before anybody is asked stays what it is, as with any budget. */
function modelFailure(error: unknown): unknown {
  if (!(error instanceof DurableFlowError)) return error;
  const kind = kinds[error.code];
  return kind ? new ModelError(kind, error.message, { provider, model, cause: error }) : error;
}
