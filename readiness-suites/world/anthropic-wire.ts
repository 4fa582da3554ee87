import type { ModelMessage, ModelRequest, ModelTool, StopReason } from '../../sdk/models/index.js';
import { pieces, textOf, type ModelWire, type WireAnswer } from './model-wire.js';

interface Body {
  readonly system?: unknown;
  readonly messages?: readonly { readonly role: string; readonly content: unknown }[];
  readonly tools?: readonly { readonly name: string; readonly description?: string; readonly input_schema?: Record<string, unknown> }[];
  readonly max_tokens?: number;
}

interface Block {
  readonly type: string;
  readonly text?: string;
  readonly id?: string;
  readonly name?: string;
  readonly input?: unknown;
  readonly tool_use_id?: string;
  readonly content?: unknown;
  readonly is_error?: boolean;
}

const stopReasons: Readonly<Record<StopReason, string>> = {
  end: 'end_turn',
  tool_calls: 'tool_use',
  max_tokens: 'max_tokens',
  stop_sequence: 'stop_sequence',
  refusal: 'refusal',
  other: 'end_turn',
};

/** The Messages API, from the provider's side. */
export const anthropicWire: ModelWire = {
  read(body): ModelRequest {
    const { system, messages = [], tools = [], max_tokens = 1024 } = body as Body;
    const told = textOf(system);
    return {
      messages: [...(told === '' ? [] : [{ role: 'system' as const, content: told }]), ...messages.flatMap(read)],
      tools: tools.map((it): ModelTool => ({
        name: it.name,
        ...(it.description !== undefined && { description: it.description }),
        parameters: it.input_schema ?? {},
      })),
      maxTokens: max_tokens,
    };
  },

  whole(answer, model) {
    return {
      ...head(model),
      content: [
        ...(answer.text === '' ? [] : [{ type: 'text', text: answer.text }]),
        ...answer.toolCalls.map(({ id, name, input }) => ({ type: 'tool_use', id, name, input })),
      ],
      stop_reason: stopReasons[answer.stopReason],
      stop_sequence: null,
      usage: usageOf(answer),
    };
  },

  events(answer, model) {
    const blocks: ((index: number) => WireEvent[])[] = [
      ...(answer.text === '' ? [] : [textEvents(answer.text)]),
      ...answer.toolCalls.map(({ id, name, input }) => (index: number) => [
        { type: 'content_block_start', index, content_block: { type: 'tool_use', id, name, input: {} } },
        { type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json: JSON.stringify(input) } },
        { type: 'content_block_stop', index },
      ]),
    ];
    const usage = usageOf(answer);
    return [
      { type: 'message_start', message: { ...head(model), content: [], stop_reason: null, stop_sequence: null, usage: { ...usage, output_tokens: 1 } } },
      ...blocks.flatMap((block, index) => block(index)),
      { type: 'message_delta', delta: { stop_reason: stopReasons[answer.stopReason], stop_sequence: null }, usage: { output_tokens: usage.output_tokens } },
      { type: 'message_stop' },
    ].map((event) => eventText(event)); // prettier-ignore
  },

  error: (type, message) => ({ type: 'error', error: { type, message }, request_id: 'req_readiness' }),
  errorEvent: eventText({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
};

interface WireEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

function eventText(event: WireEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

const head = (model: string) => ({ id: 'msg_readiness', type: 'message', role: 'assistant', model });

const textEvents =
  (text: string) =>
  (index: number): WireEvent[] => [
    { type: 'content_block_start', index, content_block: { type: 'text', text: '' } },
    ...pieces(text).map((piece) => ({ type: 'content_block_delta', index, delta: { type: 'text_delta', text: piece } })),
    { type: 'content_block_stop', index },
  ];

const usageOf = ({ usage: { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } }: WireAnswer) => ({
  input_tokens: inputTokens,
  output_tokens: outputTokens,
  cache_read_input_tokens: cacheReadTokens,
  cache_creation_input_tokens: cacheWriteTokens,
});

function read({ role, content }: { readonly role: string; readonly content: unknown }): ModelMessage[] {
  if (typeof content === 'string') return [{ role: role === 'assistant' ? 'assistant' : 'user', content }];
  const blocks = Array.isArray(content) ? (content as Block[]) : [];
  const text = blocks
    .filter(({ type }) => type === 'text')
    .map((block) => block.text ?? '')
    .join('');
  if (role === 'assistant') {
    const toolCalls = blocks
      .filter(({ type }) => type === 'tool_use')
      .map(({ id, name, input }) => ({ id: id ?? '', name: name ?? '', input }));
    return [{ role: 'assistant', content: text, ...(toolCalls.length > 0 && { toolCalls }) }];
  }
  const results = blocks
    .filter(({ type }) => type === 'tool_result')
    .map((block): ModelMessage => ({
      role: 'tool',
      toolCallId: block.tool_use_id ?? '',
      content: textOf(block.content),
      ...(block.is_error && { isError: true }),
    }));
  return [...results, ...(text === '' ? [] : [{ role: 'user' as const, content: text }])];
}
