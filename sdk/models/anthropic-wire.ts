import type Anthropic from '@anthropic-ai/sdk';
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

type Blocks = Anthropic.ContentBlockParam[];

const ephemeral = { cache_control: { type: 'ephemeral' } } as const;

/** A request in the words of the Messages API. */
export async function toAnthropic(
  request: ModelRequest,
  model: string,
  extraBody: Readonly<Record<string, unknown>>,
): Promise<Anthropic.MessageCreateParamsNonStreaming> {
  const { messages, tools, toolChoice, maxTokens, temperature, stop } = request;
  const system = messages.flatMap((it) =>
    it.role === 'system' ? [{ type: 'text' as const, text: it.content, ...(it.cache && ephemeral) }] : [],
  );
  const offered = tools && (await Promise.all(tools.map(async (tool) => ({
    name: tool.name,
    ...(tool.description !== undefined && { description: tool.description }),
    input_schema: (await jsonSchemaOf(tool)) as Anthropic.Tool.InputSchema,
  })))); // prettier-ignore
  return {
    messages: turns(messages, model),
    ...(system.length > 0 && { system }),
    ...(offered && { tools: offered }),
    ...(toolChoice !== undefined && { tool_choice: choice(toolChoice) }),
    ...(temperature !== undefined && { temperature }),
    ...(stop && { stop_sequences: [...stop] }),
    ...extraBody,
    model,
    max_tokens: maxTokens,
  };
}

function choice(toolChoice: ToolChoice): Anthropic.ToolChoice {
  if (typeof toolChoice === 'object') return { type: 'tool', name: toolChoice.tool };
  return { type: toolChoice === 'required' ? 'any' : toolChoice };
}

/** Tool results belong to the user's turn, all results of one answer to the same turn. */
function turns(messages: readonly ModelMessage[], model: string): Anthropic.MessageParam[] {
  const merged: { role: 'user' | 'assistant'; content: Blocks }[] = [];
  for (const message of messages) {
    if (message.role === 'system') continue;
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const content = blocksOf(message, model);
    const last = merged.at(-1);
    if (last?.role === role) last.content.push(...content);
    else if (content.length > 0) merged.push({ role, content });
  }
  return merged;
}

function blocksOf(message: Exclude<ModelMessage, { role: 'system' }>, model: string): Blocks {
  if (message.role === 'tool')
    return [{ type: 'tool_result', tool_use_id: message.toolCallId, content: message.content, ...(message.isError && { is_error: true }) }];
  // The API refuses a text without characters.
  const text: Blocks =
    message.content === '' ? [] : [{ type: 'text', text: message.content, ...('cache' in message && message.cache && ephemeral) }];
  if (message.role !== 'assistant') return text;
  const { opaque, toolCalls = [] } = message;
  if (opaque?.provider === 'anthropic' && opaque.model === model) return opaque.parts as Blocks;
  return [...text, ...toolCalls.map(({ id, name, input }) => ({ type: 'tool_use' as const, id, name, input }))];
}

const stopReasons: ReadonlyMap<unknown, StopReason> = new Map([
  ['end_turn', 'end'],
  ['tool_use', 'tool_calls'],
  ['max_tokens', 'max_tokens'],
  ['model_context_window_exceeded', 'max_tokens'],
  ['stop_sequence', 'stop_sequence'],
  ['refusal', 'refusal'],
]);

/** A message of the API in our words, its cost aside. `asked` is the model that was asked. Throws `malformed`. */
export function fromAnthropic(
  message: Anthropic.Message,
  asked: string,
  requestId: string | null | undefined,
): Omit<ModelResponse, 'costUsd'> {
  if (typeof message !== 'object' || message === null || !Array.isArray(message.content) || typeof message.model !== 'string')
    throw new ModelError('malformed', 'anthropic: the response is no message', { provider: 'anthropic', model: asked });
  const { content, model, usage } = message;
  const toolCalls = content.flatMap((it): ToolCall[] => (it.type === 'tool_use' ? [{ id: it.id, name: it.name, input: it.input }] : []));
  const text = content.flatMap((it) => (it.type === 'text' ? [it.text] : [])).join('');
  const plain = content.every(({ type }) => type === 'text' || type === 'tool_use');
  return {
    text,
    toolCalls,
    stopReason: stopReasons.get(message.stop_reason) ?? 'other',
    usage: usageOf(usage),
    model,
    provider: 'anthropic',
    requestId: requestId ?? undefined,
    ...(!plain && { opaque: { provider: 'anthropic', model: asked, parts: content } }),
  };
}

function usageOf(usage: Anthropic.Usage | undefined): ModelUsage | undefined {
  if (typeof usage?.output_tokens !== 'number') return undefined;
  return {
    inputTokens: tokenCount(usage.input_tokens),
    outputTokens: tokenCount(usage.output_tokens),
    cacheReadTokens: tokenCount(usage.cache_read_input_tokens),
    cacheWriteTokens: tokenCount(usage.cache_creation_input_tokens),
    reasoningTokens: tokenCount(usage.output_tokens_details?.thinking_tokens),
  };
}

/** Puts a message together from its stream. */
export class AnthropicAssembly {
  #message: Anthropic.Message | undefined;
  /** By what the stream counts them with, which may be anything. */
  readonly #blocks = new Map<unknown, Anthropic.ContentBlock>();
  readonly #json = new Map<unknown, string>();
  /** The stream has come to its end. */
  complete = false;

  add(event: Anthropic.RawMessageStreamEvent): void {
    if (event.type === 'message_start') {
      this.#message = { ...event.message, content: [] };
      return;
    }
    const message = this.#message;
    if (!message) throw new ModelError('malformed', `anthropic: the stream begins with ${event.type}`, { provider: 'anthropic' });
    if (event.type === 'content_block_start') this.#blocks.set(event.index, { ...event.content_block });
    else if (event.type === 'content_block_delta') this.#extend(this.#blocks.get(event.index), event);
    else if (event.type === 'content_block_stop') this.#parseInput(this.#blocks.get(event.index), event.index);
    else if (event.type === 'message_delta') {
      message.stop_reason = event.delta.stop_reason;
      // Its counts are cumulative; those that it leaves out stand as they are.
      const counts = Object.entries(event.usage).filter(([, count]) => count !== null);
      message.usage = { ...message.usage, ...(Object.fromEntries(counts) as Partial<Anthropic.Usage>) };
    } else this.complete = true;
  }

  /** Throws `malformed` if a tool call is cut although the answer is not. */
  get message(): Anthropic.Message {
    const message = { ...this.#message!, content: [...this.#blocks.values()] };
    if (this.#json.size === 0) return message;
    if (message.stop_reason !== 'max_tokens')
      throw new ModelError('malformed', 'anthropic: the input of a tool call is no JSON', { provider: 'anthropic' });
    return { ...message, content: [...this.#blocks].flatMap(([index, block]) => (this.#json.has(index) ? [] : [block])) };
  }

  #extend(block: Anthropic.ContentBlock | undefined, { delta, index }: Anthropic.RawContentBlockDeltaEvent): void {
    if (delta.type === 'text_delta' && block?.type === 'text') block.text += delta.text;
    else if (delta.type === 'thinking_delta' && block?.type === 'thinking') block.thinking += delta.thinking;
    else if (delta.type === 'signature_delta' && block?.type === 'thinking') block.signature = delta.signature;
    else if (delta.type === 'input_json_delta') this.#json.set(index, (this.#json.get(index) ?? '') + delta.partial_json);
  }

  /** What stays in `#json` could not be parsed. */
  #parseInput(block: Anthropic.ContentBlock | undefined, index: number): void {
    const json = this.#json.get(index);
    if (json === undefined || !block || !('input' in block)) return;
    try {
      block.input = json === '' ? {} : JSON.parse(json);
      this.#json.delete(index);
    } catch {
      // Cut by maxTokens, as a rule; `message` knows more.
    }
  }
}

/** What an event of the stream adds to the answer. */
export function anthropicDelta(event: Anthropic.RawMessageStreamEvent): ModelDelta[] {
  if (event.type === 'content_block_start' && event.content_block.type === 'tool_use')
    return [{ type: 'tool_call', id: event.content_block.id, name: event.content_block.name }];
  if (event.type !== 'content_block_delta') return [];
  if (event.delta.type === 'text_delta') return [{ type: 'text', text: event.delta.text }];
  if (event.delta.type === 'thinking_delta') return [{ type: 'reasoning', text: event.delta.thinking }];
  return [];
}
