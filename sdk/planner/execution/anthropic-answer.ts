import type Anthropic from '@anthropic-ai/sdk';
import { ModelError } from '../../errors/index.js';
import type { ChatChunk, ChatCompletion, ChatUsage } from '../chat.js';

const finishReasons: ReadonlyMap<unknown, string> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['pause_turn', 'stop'],
  ['tool_use', 'tool_calls'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['refusal', 'content_filter'],
]);

const seconds = () => Math.floor(Date.now() / 1000);

/** A message of the API as a chat completion. Throws `malformed` for anything else. */
export function toCompletion(message: Anthropic.Message, model: string): ChatCompletion {
  if (typeof message !== 'object' || message === null || !Array.isArray(message.content))
    throw new ModelError('malformed', 'anthropic: the response is no message', { provider: 'anthropic', model });
  const { content, usage } = message;
  const text = content.flatMap((it) => (it.type === 'text' ? [it.text] : [])).join('');
  const calls = content.flatMap((it) =>
    it.type === 'tool_use' ? [{ id: it.id, type: 'function', function: { name: it.name, arguments: JSON.stringify(it.input) } }] : [],
  );
  const spoken = calls.length > 0 && text === '' ? null : text;
  return {
    id: message.id,
    object: 'chat.completion',
    created: seconds(),
    model: message.model ?? model,
    choices: [
      {
        index: 0,
        finish_reason: finishOf(message.stop_reason),
        logprobs: null,
        message: { role: 'assistant', content: spoken, refusal: null, ...(calls.length > 0 && { tool_calls: calls }) },
      },
    ],
    ...(usage && { usage: toUsage(usage) }),
  };
}

const finishOf = (reason: string | null) => finishReasons.get(reason) ?? 'stop';

function toUsage(usage: Anthropic.Usage): ChatUsage {
  const cached = usage.cache_read_input_tokens ?? 0;
  const written = usage.cache_creation_input_tokens ?? 0;
  const prompt = usage.input_tokens + cached + written;
  return {
    prompt_tokens: prompt,
    completion_tokens: usage.output_tokens,
    total_tokens: prompt + usage.output_tokens,
    prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: written },
  };
}

/** The events of a streamed message as the pieces of a chat completion. */
export class AnthropicChunks {
  readonly #model: string;
  readonly #created = seconds();
  #id = '';
  #answeredBy: string;
  #usage: Anthropic.Usage | undefined;
  #stopReason: string | null = null;
  /** Which call of a tool a block of the message is. */
  readonly #calls = new Map<number, number>();

  constructor(model: string) {
    this.#model = model;
    this.#answeredBy = model;
  }

  read(event: Anthropic.RawMessageStreamEvent): ChatChunk[] {
    if (event.type === 'message_start') {
      const { id, model, usage } = event.message;
      this.#id = id;
      this.#answeredBy = model;
      this.#usage = usage;
      return [this.#chunk({ role: 'assistant', content: '' })];
    }
    if (this.#id === '')
      throw new ModelError('malformed', `anthropic: the stream begins with ${event.type}`, { provider: 'anthropic', model: this.#model });
    if (event.type === 'content_block_start') return this.#begin(event);
    if (event.type === 'content_block_delta') return this.#extend(event);
    if (event.type === 'message_delta') {
      this.#stopReason = event.delta.stop_reason;
      // Its counts are cumulative; those that it leaves out stand as they are.
      const counts = Object.entries(event.usage).filter(([, count]) => count !== null);
      this.#usage = { ...this.#usage!, ...(Object.fromEntries(counts) as Partial<Anthropic.Usage>) };
    }
    if (event.type !== 'message_stop') return [];
    const usage = this.#usage && { ...this.#chunk({}), choices: [], usage: toUsage(this.#usage) };
    return [this.#chunk({}, finishOf(this.#stopReason)), ...(usage ? [usage] : [])];
  }

  #begin({ index, content_block: block }: Anthropic.RawContentBlockStartEvent): ChatChunk[] {
    if (block.type !== 'tool_use') return block.type === 'text' && block.text !== '' ? [this.#chunk({ content: block.text })] : [];
    const call = this.#calls.size;
    this.#calls.set(index, call);
    return [this.#chunk({ tool_calls: [{ index: call, id: block.id, type: 'function', function: { name: block.name, arguments: '' } }] })];
  }

  #extend({ index, delta }: Anthropic.RawContentBlockDeltaEvent): ChatChunk[] {
    if (delta.type === 'text_delta') return [this.#chunk({ content: delta.text })];
    const call = this.#calls.get(index);
    if (delta.type !== 'input_json_delta' || call === undefined || delta.partial_json === '') return [];
    return [this.#chunk({ tool_calls: [{ index: call, function: { arguments: delta.partial_json } }] })];
  }

  #chunk(delta: ChatChunk['choices'][number]['delta'], finish_reason: string | null = null): ChatChunk {
    return {
      id: this.#id,
      object: 'chat.completion.chunk',
      created: this.#created,
      model: this.#answeredBy,
      choices: [{ index: 0, delta, finish_reason, logprobs: null }],
    };
  }
}
