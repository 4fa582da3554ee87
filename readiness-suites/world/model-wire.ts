import type { ModelRequest, ModelUsage, ScriptedAnswer, StopReason, ToolCall } from '../../sdk/models/index.js';

/** An answer with nothing left open. */
export interface WireAnswer {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly stopReason: StopReason;
  readonly usage: ModelUsage;
}

/** One provider's words on the wire: how a request is read, and how an answer or an error is written. */
export interface ModelWire {
  read(body: Record<string, unknown>): ModelRequest;
  /** The whole answer. */
  whole(answer: WireAnswer, model: string): unknown;
  /** The answer as server-sent events, in order. */
  events(answer: WireAnswer, model: string): readonly string[];
  error(type: string, message: string): unknown;
  /** An error event in the middle of a stream. */
  errorEvent: string;
}

/** Completes what a script says of an answer. */
export function wireAnswer(scripted: ScriptedAnswer, promptTokens: number, count: (text: string) => number, callId: string): WireAnswer {
  const text = scripted.text ?? scripted.chunks?.join('') ?? '';
  const toolCalls = (scripted.toolCalls ?? []).map(({ id, name, input }, i) => ({ id: id ?? `${callId}_${i + 1}`, name, input }));
  return {
    text,
    toolCalls,
    stopReason: scripted.stopReason ?? (toolCalls.length > 0 ? 'tool_calls' : 'end'),
    usage: {
      inputTokens: promptTokens,
      outputTokens: count(text) + toolCalls.reduce((sum, it) => sum + count(it.name) + count(JSON.stringify(it.input) ?? ''), 0),
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
      ...scripted.usage,
    },
  };
}

/** All that a model was given, as one text: what may be counted and searched. */
export function promptText({ messages, tools = [] }: ModelRequest): string {
  const said = messages.map((message) => {
    const calls = message.role === 'assistant' ? (message.toolCalls ?? []) : [];
    return [message.content, ...calls.map(({ name, input }) => `${name} ${JSON.stringify(input)}`)].join('\n');
  });
  return [...said, ...tools.map((tool) => JSON.stringify(tool))].join('\n');
}

/** The text of a message that is a string or a list of parts. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: { readonly text?: unknown }) => (typeof part?.text === 'string' ? part.text : '')).join('');
}

/** Splits a text into pieces as a stream would. */
export const pieces = (text: string): string[] => text.match(/[\s\S]{1,24}/g) ?? [];
