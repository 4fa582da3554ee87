import type { ModelResponse, ModelUsage, StopReason } from '../../models/index.js';
import type { ModelAnswer } from './model-call.js';

const stopReasons: Readonly<Record<string, StopReason>> = {
  stop: 'end',
  length: 'max_tokens',
  'content-filter': 'refusal',
  'tool-calls': 'tool_calls',
};

/** What the record says of an answer; `asked` is the model that was asked. */
export function describeAnswer(
  { content, finishReason, usage, response }: ModelAnswer,
  asked: string,
): Omit<ModelResponse, 'costUsd' | 'provider'> {
  return {
    text: content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join(''),
    toolCalls: content.flatMap((part) =>
      part.type === 'tool-call' ? [{ id: part.toolCallId, name: part.toolName, input: part.input }] : [],
    ),
    stopReason: stopReasons[finishReason.unified] ?? 'other',
    usage: usageOf(usage),
    model: response?.modelId ?? asked,
    requestId: response?.id,
  };
}

function usageOf({ inputTokens, outputTokens }: ModelAnswer['usage']): ModelUsage | undefined {
  if (inputTokens.total === undefined || outputTokens.total === undefined) return undefined;
  const cacheReadTokens = inputTokens.cacheRead ?? 0;
  const cacheWriteTokens = inputTokens.cacheWrite ?? 0;
  return {
    inputTokens: inputTokens.noCache ?? Math.max(0, inputTokens.total - cacheReadTokens - cacheWriteTokens),
    outputTokens: outputTokens.total,
    cacheReadTokens,
    cacheWriteTokens,
    reasoningTokens: outputTokens.reasoning ?? 0,
  };
}
