import type OpenAI from 'openai';
import { ModelError } from '../errors/index.js';
import { jsonSchemaOf } from './json-schema.js';
import { tokenCount } from './token-count.js';
import type {
  ModelDelta,
  ModelMessage,
  ModelRequest,
  ModelResponse,
  ModelUsage,
  StopReason,
  ToolCall,
  ToolChoice,
} from './model-client.js';

type Params = OpenAI.ChatCompletionCreateParamsNonStreaming;

/** A request in the words of the Chat Completions API. */
export async function toOpenAi(
  request: ModelRequest,
  model: string,
  maxTokensField: 'max_tokens' | 'max_completion_tokens',
  extraBody: Readonly<Record<string, unknown>>,
): Promise<Params> {
  const { messages, tools, toolChoice, maxTokens, temperature, stop } = request;
  const offered = tools && (await Promise.all(tools.map(async (tool) => ({
    type: 'function' as const,
    function: {
      name: tool.name,
      ...(tool.description !== undefined && { description: tool.description }),
      parameters: await jsonSchemaOf(tool),
    },
  })))); // prettier-ignore
  return {
    messages: messages.map(message),
    ...(offered && { tools: offered }),
    ...(toolChoice !== undefined && { tool_choice: choice(toolChoice) }),
    ...(temperature !== undefined && { temperature }),
    ...(stop && { stop: [...stop] }),
    ...extraBody,
    model,
    [maxTokensField]: maxTokens,
  };
}

const choice = (toolChoice: ToolChoice): OpenAI.ChatCompletionToolChoiceOption =>
  typeof toolChoice === 'object' ? { type: 'function', function: { name: toolChoice.tool } } : toolChoice;

function message(it: ModelMessage): OpenAI.ChatCompletionMessageParam {
  if (it.role === 'tool') return { role: 'tool', tool_call_id: it.toolCallId, content: it.content };
  if (it.role !== 'assistant') return { role: it.role, content: it.content };
  const { content, toolCalls = [] } = it;
  const calls = toolCalls.map(({ id, name, input }) => ({
    id,
    type: 'function' as const,
    function: { name, arguments: JSON.stringify(input) },
  }));
  return {
    role: 'assistant',
    content: content === '' && calls.length > 0 ? null : content,
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}

const stopReasons: ReadonlyMap<unknown, StopReason> = new Map([
  ['stop', 'end'],
  ['tool_calls', 'tool_calls'],
  ['function_call', 'tool_calls'],
  ['length', 'max_tokens'],
  ['content_filter', 'refusal'],
]);

/** A completion, whole or put together from its stream. */
export interface OpenAiAnswer {
  readonly model: string;
  readonly text: string;
  readonly refusal: string | undefined;
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  readonly finishReason: string | undefined;
  readonly usage: OpenAI.CompletionUsage | undefined;
}

/** Reads a completion. Throws `malformed` for anything else. */
export function readCompletion(body: OpenAI.ChatCompletion, provider: string, asked: string): OpenAiAnswer {
  const choice = typeof body === 'object' && body !== null && Array.isArray(body.choices) ? body.choices[0] : undefined;
  if (!choice?.message) throw new ModelError('malformed', `${provider}: the response is no chat completion`, { provider, model: asked });
  const { message, finish_reason } = choice;
  return {
    model: modelNameOf(body.model, asked),
    text: wordsOf(message.content),
    refusal: message.refusal ?? undefined,
    calls: (message.tool_calls ?? []).flatMap((it) => (it.type === 'function' ? [{ id: it.id, ...it.function }] : [])),
    finishReason: finish_reason,
    usage: body.usage,
  };
}

/** Who asked is sure to have given a name. */
const modelNameOf = (said: unknown, asked: string) => (typeof said === 'string' ? said : asked);

function wordsOf(said: unknown): string {
  if (said === undefined || said === null) return '';
  if (typeof said === 'string') return said;
  throw new ModelError('malformed', 'what the model has said is no text');
}

/** An answer in our words, its cost aside. Throws `malformed` if the arguments of a tool call are no JSON, cut ones aside. */
export function fromOpenAi(answer: OpenAiAnswer, provider: string, requestId: string | null | undefined): Omit<ModelResponse, 'costUsd'> {
  const usage = usageOf(answer.usage);
  const cut = answer.finishReason === 'length';
  const toolCalls = answer.calls.flatMap(({ id, name, arguments: json }): ToolCall[] => {
    try {
      return [{ id, name, input: json === '' ? {} : JSON.parse(json) }];
    } catch (cause) {
      if (cut) return [];
      throw new ModelError('malformed', `${provider}: the arguments for ${name} are no JSON`, {
        provider,
        model: answer.model,
        usage,
        cause,
      });
    }
  });
  return {
    text: answer.text === '' ? (answer.refusal ?? '') : answer.text,
    toolCalls,
    stopReason: answer.refusal ? 'refusal' : stopReasonOf(answer.finishReason, toolCalls),
    usage,
    model: answer.model,
    provider,
    requestId: requestId ?? undefined,
  };
}

/** Some servers say `stop` where they ask for tools. */
function stopReasonOf(finishReason: string | undefined, toolCalls: readonly ToolCall[]): StopReason {
  if (finishReason === 'stop' && toolCalls.length > 0) return 'tool_calls';
  return stopReasons.get(finishReason) ?? 'other';
}

/** Usage in our words. */
export function usageOf(usage: OpenAI.CompletionUsage | undefined): ModelUsage | undefined {
  if (typeof usage?.prompt_tokens !== 'number') return undefined;
  const prompt = tokenCount(usage.prompt_tokens);
  const cacheReadTokens = tokenCount(usage.prompt_tokens_details?.cached_tokens);
  const cacheWriteTokens = tokenCount(usage.prompt_tokens_details?.cache_write_tokens);
  return {
    inputTokens: Math.max(0, prompt - cacheReadTokens - cacheWriteTokens),
    // Some servers leave reasoning out of the completion, though not out of the total.
    outputTokens: Math.max(tokenCount(usage.completion_tokens), tokenCount(usage.total_tokens) - prompt),
    cacheReadTokens,
    cacheWriteTokens,
    reasoningTokens: tokenCount(usage.completion_tokens_details?.reasoning_tokens),
  };
}

/** Puts a completion together from its stream. */
export class OpenAiAssembly {
  #model: string | undefined;
  #text = '';
  #refusal = '';
  /** By what the server counts them with, which may be anything. */
  readonly #calls = new Map<unknown, { id: string; name: string; arguments: string }>();
  #finishReason: string | undefined;
  #usage: OpenAI.CompletionUsage | undefined;

  /** What the chunk adds to the answer. */
  add(chunk: OpenAI.ChatCompletionChunk): ModelDelta[] {
    this.#model ??= chunk.model;
    this.#usage = chunk.usage ?? this.#usage;
    const choice = chunk.choices?.[0];
    if (!choice) return [];
    const { content, refusal, tool_calls = [] } = choice.delta ?? {};
    const text = wordsOf(content);
    const deltas: ModelDelta[] = text === '' ? [] : [{ type: 'text', text }];
    this.#finishReason = choice.finish_reason ?? this.#finishReason;
    this.#text += text;
    this.#refusal += refusal ?? '';
    for (const { index, id, function: part } of tool_calls ?? []) {
      let call = this.#calls.get(index);
      if (!call) {
        call = { id: id ?? `call_${index}`, name: part?.name ?? '', arguments: '' };
        this.#calls.set(index, call);
        deltas.push({ type: 'tool_call', id: call.id, name: call.name });
      }
      call.arguments += part?.arguments ?? '';
    }
    return deltas;
  }

  /** Undefined if the stream ended before the answer did. */
  answer(asked: string): OpenAiAnswer | undefined {
    if (this.#finishReason === undefined) return undefined;
    return {
      model: modelNameOf(this.#model, asked),
      text: this.#text,
      refusal: this.#refusal === '' ? undefined : this.#refusal,
      calls: [...this.#calls.values()],
      finishReason: this.#finishReason,
      usage: this.#usage,
    };
  }
}
