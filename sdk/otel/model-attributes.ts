import type { Attributes } from '@opentelemetry/api';
import { genAiProvider } from '../lineage/gen-ai-provider.js';
import type { TelemetryEvent } from '../telemetry/index.js';

/** One attempt at a model. */
export type ModelEvent = Extract<TelemetryEvent, { readonly event: 'model.attempt' }>;

/** The conventions count cached tokens as input. */
export function inputTokensOf({ inputTokens, cacheReadTokens = 0, cacheWriteTokens = 0 }: ModelEvent): number | undefined {
  return inputTokens === undefined ? undefined : inputTokens + cacheReadTokens + cacheWriteTokens;
}

/** An attempt at a model in the words of the GenAI conventions (semantic-conventions-genai, 1.42), and what is our own under `durableflow.`. */
export function modelAttributes(event: ModelEvent): Attributes {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': genAiProvider(event.provider),
    'gen_ai.request.model': event.model,
    'gen_ai.request.max_tokens': event.maxTokens,
    'gen_ai.response.model': event.answeredBy,
    'gen_ai.response.id': event.requestId,
    'gen_ai.response.finish_reasons': event.stopReason === undefined ? undefined : [event.stopReason],
    'gen_ai.conversation.id': event.run,
    'gen_ai.usage.input_tokens': inputTokensOf(event),
    'gen_ai.usage.output_tokens': event.outputTokens,
    'gen_ai.usage.cache_read.input_tokens': event.cacheReadTokens,
    'gen_ai.usage.cache_creation.input_tokens': event.cacheWriteTokens,
    'gen_ai.usage.reasoning.output_tokens': event.reasoningTokens,
    'error.type': event.outcome === 'answered' ? undefined : event.outcome,
    'durableflow.call': event.call,
    'durableflow.method': event.method,
    'durableflow.model.target': event.target,
    'durableflow.model.attempt': event.attempt,
    'durableflow.cost.usd': event.costUsd,
  };
}
