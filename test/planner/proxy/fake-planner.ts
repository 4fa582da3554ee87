import type { AskOptions, ListedModel } from '../../../sdk/planner/answered.js';
import type { ServedPlanner } from '../../../sdk/planner/proxy/served-planner.js';
import type { ChatChunk, ChatCompletion, ChatRequest } from '../../../sdk/planner/chat.js';
import type { Constraints } from '../../../sdk/planner/constraints.js';
import type { PlanTrace } from '../../../sdk/planner/plan-trace.js';

/** What the planner was asked. */
export interface Asked {
  readonly request: ChatRequest;
  readonly constraints: Constraints;
  readonly options: AskOptions;
}

/** A planner whose answers a test decides, to see what the proxy does with them. */
export class FakePlanner implements ServedPlanner {
  readonly asked: Asked[] = [];
  answer: (asked: Asked) => Promise<ChatCompletion> = async () => completion();
  chunks: (asked: Asked) => Promise<AsyncIterable<ChatChunk>> = async () => each([chunk({ content: 'Hello' }), chunk({}, 'stop')]);

  async complete(request: ChatRequest, constraints: Constraints, options: AskOptions = {}) {
    const asked = { request, constraints, options };
    this.asked.push(asked);
    return {
      requestId: options.requestId ?? 'r-1',
      completion: await this.answer(asked),
      trace: traceOf('r-1'),
      targetId: 'small',
      costUsd: 0.0000125,
      isChecked: false,
    };
  }

  async stream(request: ChatRequest, constraints: Constraints, options: AskOptions = {}) {
    const asked = { request, constraints, options };
    this.asked.push(asked);
    return { requestId: options.requestId ?? 'r-1', targetId: 'small', chunks: await this.chunks(asked) };
  }

  trace(requestId: string): PlanTrace {
    return traceOf(requestId);
  }

  models(): readonly ListedModel[] {
    return ['auto', 'org/small'].map((id) => ({ id, object: 'model', created: 0, owned_by: 'durableflow' }));
  }
}

/** A trace of a request that cost something. */
export const traceOf = (requestId: string): PlanTrace => ({
  requestId,
  state: 'answered',
  headline: 'Answered by the small model',
  confidenceNote: '',
  taskClass: 'chat',
  constraints: [],
  chosen: 'Small',
  considered: [],
  escalation: [],
  shadow: undefined,
  predictions: [],
  wouldChange: [],
  totals: { costUsd: 0.0000125, chargedUsd: 0.0000125, durationMs: 3, attempts: 1 },
});

export const completion = (
  message: Record<string, unknown> = { content: 'Hello.' },
  more: Record<string, unknown> = {},
): ChatCompletion => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'small',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: null, ...message } }],
  usage: { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 },
  ...more,
});

export const chunk = (delta: Record<string, unknown>, finish: string | null = null): ChatChunk => ({
  id: 'chatcmpl-2',
  object: 'chat.completion.chunk',
  created: 1_700_000_000,
  model: 'small',
  choices: [{ index: 0, delta, finish_reason: finish }],
});

/** The chunks, then the failure if there is one. */
export async function* each(chunks: readonly ChatChunk[], failure?: Error): AsyncGenerator<ChatChunk> {
  yield* chunks;
  if (failure) throw failure;
}

/** Resolves when the signal is aborted. */
export const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
