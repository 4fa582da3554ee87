import type { LlmResponse } from '@google/adk';
import type { ModelResponse, ModelUsage, StopReason, ToolCall } from '../../models/index.js';
import { encodeOpaque } from './opaque-part.js';

const finishReasons: Readonly<Record<StopReason, string>> = {
  end: 'STOP',
  tool_calls: 'STOP',
  stop_sequence: 'STOP',
  max_tokens: 'MAX_TOKENS',
  refusal: 'SAFETY',
  other: 'OTHER',
};

/** The answer of a `ModelClient` in ADK's words; what it cost is in its `customMetadata`. */
export function fromModelResponse(response: ModelResponse): LlmResponse {
  const { text, toolCalls, stopReason, usage, model, provider, requestId, costUsd, opaque } = response;
  const finishReason = finishReasons[stopReason] as NonNullable<LlmResponse['finishReason']>;
  const facts = {
    finishReason,
    modelVersion: model,
    customMetadata: { provider, ...(requestId !== undefined && { requestId }), ...(costUsd !== undefined && { costUsd }) },
    ...(usage && { usageMetadata: usageOf(usage) }),
  };
  // Of an answer without anything in it ADK would say nothing at all.
  if (text === '' && toolCalls.length === 0) {
    const code = stopReason === 'end' ? 'EMPTY_ANSWER' : finishReasons[stopReason];
    return { ...facts, errorCode: code, errorMessage: `the model's answer is empty (${stopReason})` };
  }
  const parts = [...(text === '' ? [] : [{ text }]), ...toolCalls.map(callPart), ...(opaque ? [encodeOpaque(opaque)] : [])];
  return { ...facts, content: { role: 'model', parts } };
}

const callPart = ({ id, name, input }: ToolCall) => ({ functionCall: { id, name, args: argumentsOf(input) } });

/** ADK takes objects only; anything else is for the tool's schema to refuse. */
function argumentsOf(input: unknown): Record<string, unknown> {
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
  return isObject ? (input as Record<string, unknown>) : { value: input };
}

function usageOf({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens }: ModelUsage) {
  const promptTokenCount = inputTokens + cacheReadTokens + cacheWriteTokens;
  return {
    promptTokenCount,
    candidatesTokenCount: outputTokens - reasoningTokens,
    thoughtsTokenCount: reasoningTokens,
    cachedContentTokenCount: cacheReadTokens,
    totalTokenCount: promptTokenCount + outputTokens,
  };
}
