import type { ModelMessage, ModelRequest, ModelTool, StopReason, ToolCall } from '../../sdk/models/index.js';
import { pieces, textOf, type ModelWire, type WireAnswer } from './model-wire.js';

interface Body {
  readonly messages?: readonly WireMessage[];
  readonly tools?: readonly {
    readonly function?: { readonly name: string; readonly description?: string; readonly parameters?: Record<string, unknown> };
  }[];
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
}

interface WireMessage {
  readonly role: string;
  readonly content?: unknown;
  readonly tool_call_id?: string;
  readonly tool_calls?: readonly { readonly id: string; readonly function: { readonly name: string; readonly arguments: string } }[];
}

const finishReasons: Readonly<Record<StopReason, string>> = {
  end: 'stop',
  tool_calls: 'tool_calls',
  max_tokens: 'length',
  stop_sequence: 'stop',
  refusal: 'content_filter',
  other: 'stop',
};

/** The Chat Completions API, from the provider's side. */
export const openAiWire: ModelWire = {
  read(body): ModelRequest {
    const { messages = [], tools = [], max_tokens, max_completion_tokens } = body as Body;
    return {
      messages: messages.map(read),
      tools: tools.flatMap(({ function: it }): ModelTool[] =>
        it
          ? [{ name: it.name, ...(it.description !== undefined && { description: it.description }), parameters: it.parameters ?? {} }]
          : [],
      ),
      maxTokens: max_completion_tokens ?? max_tokens ?? 1024,
    };
  },

  whole(answer, model) {
    return {
      ...head(model, 'chat.completion'),
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            refusal: null,
            content: answer.text === '' && answer.toolCalls.length > 0 ? null : answer.text,
            ...(answer.toolCalls.length > 0 && { tool_calls: answer.toolCalls.map(toolCall) }),
          },
          finish_reason: finishReasons[answer.stopReason],
          logprobs: null,
        },
      ],
      usage: usageOf(answer),
    };
  },

  events(answer, model) {
    const chunk = (delta: object, finish: string | null = null) => ({
      ...head(model, 'chat.completion.chunk'),
      choices: [{ index: 0, delta, finish_reason: finish }],
    });
    return [
      chunk({ role: 'assistant', content: '' }),
      ...pieces(answer.text).map((content) => chunk({ content })),
      ...answer.toolCalls.map((call, index) => chunk({ tool_calls: [{ index, ...toolCall(call) }] })),
      chunk({}, finishReasons[answer.stopReason]),
      { ...head(model, 'chat.completion.chunk'), choices: [], usage: usageOf(answer) },
      '[DONE]',
    ].map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`);
  },

  error: (type, message) => ({ error: { message, type, code: type, param: null } }),
  errorEvent: `data: ${JSON.stringify({ error: { message: 'The server had an error', type: 'server_error', code: 'server_error', param: null } })}\n\n`,
};

const head = (model: string, object: string) => ({ id: 'chatcmpl-readiness', object, created: 1_700_000_000, model });

const toolCall = ({ id, name, input }: ToolCall) => ({ id, type: 'function', function: { name, arguments: JSON.stringify(input) } });

const usageOf = ({ usage: { inputTokens, outputTokens, cacheReadTokens } }: WireAnswer) => ({
  prompt_tokens: inputTokens + cacheReadTokens,
  completion_tokens: outputTokens,
  total_tokens: inputTokens + cacheReadTokens + outputTokens,
  prompt_tokens_details: { cached_tokens: cacheReadTokens },
});

function read(message: WireMessage): ModelMessage {
  const content = textOf(message.content);
  if (message.role === 'tool') return { role: 'tool', toolCallId: message.tool_call_id ?? '', content };
  if (message.role === 'assistant') {
    const toolCalls = (message.tool_calls ?? []).map(({ id, function: { name, arguments: json } }) => ({ id, name, input: parsed(json) }));
    return { role: 'assistant', content, ...(toolCalls.length > 0 && { toolCalls }) };
  }
  return { role: message.role === 'system' || message.role === 'developer' ? 'system' : 'user', content };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}
