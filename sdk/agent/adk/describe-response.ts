import type { LlmResponse } from '@google/adk';
import type { ModelResponse, ModelUsage, StopReason } from '../../models/index.js';

const stopReasons: Readonly<Record<string, StopReason>> = { STOP: 'end', MAX_TOKENS: 'max_tokens', SAFETY: 'refusal' };

/** What the record says of the answer of an ADK model; `asked` is the model that was asked. */
export function describeResponse(response: LlmResponse, asked: string): Omit<ModelResponse, 'costUsd' | 'provider'> {
  const { content, finishReason, usageMetadata, modelVersion, interactionId } = response;
  const parts = content?.parts ?? [];
  const toolCalls = parts.flatMap(({ functionCall }) =>
    functionCall ? [{ id: functionCall.id ?? '', name: functionCall.name ?? '', input: functionCall.args ?? {} }] : [],
  );
  return {
    text: parts.flatMap(({ text, thought }) => (text && !thought ? [text] : [])).join(''),
    toolCalls,
    stopReason: toolCalls.length > 0 ? 'tool_calls' : (stopReasons[finishReason ?? 'STOP'] ?? 'other'),
    usage: usageOf(usageMetadata),
    model: modelVersion ?? asked,
    requestId: interactionId,
  };
}

function usageOf(usage: LlmResponse['usageMetadata']): ModelUsage | undefined {
  if (usage?.promptTokenCount === undefined) return undefined;
  const cacheReadTokens = usage.cachedContentTokenCount ?? 0;
  const reasoningTokens = usage.thoughtsTokenCount ?? 0;
  return {
    inputTokens: usage.promptTokenCount - cacheReadTokens,
    outputTokens: (usage.candidatesTokenCount ?? 0) + reasoningTokens,
    cacheReadTokens,
    cacheWriteTokens: 0,
    reasoningTokens,
  };
}
