import { assistantMessage, openAiCompatible, type ModelRequest } from 'durableflow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { collect, failure } from './fixtures/collect.js';
import { openAiWire as wire } from './fixtures/open-ai-stub.js';
import { StubServer } from './fixtures/stub-server.js';

let server: StubServer;
beforeEach(async () => void (server = await StubServer.start(wire.completion())));
afterEach(() => server[Symbol.asyncDispose]());

const gpt = (options: Partial<Parameters<typeof openAiCompatible>[0]> = {}) =>
  openAiCompatible({ model: 'gpt-5-mini', apiKey: 'test', baseURL: `${server.url}/v1`, ...options });
const ask: ModelRequest = { messages: [{ role: 'user', content: 'Hi' }], maxTokens: 100 };

describe('openAiCompatible', () => {
  it('asks and answers, with usage, cost and request id', async () => {
    server.reply(
      wire.completion({
        usage: {
          prompt_tokens: 1000,
          completion_tokens: 200,
          total_tokens: 1200,
          prompt_tokens_details: { cached_tokens: 400 },
          completion_tokens_details: { reasoning_tokens: 150 },
        },
      }),
    );
    const answer = await gpt().complete({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
      ],
      maxTokens: 100,
      temperature: 0,
      stop: ['END'],
    });
    expect(answer).toEqual({
      text: 'Hello.',
      toolCalls: [],
      stopReason: 'end',
      usage: { inputTokens: 600, outputTokens: 200, cacheReadTokens: 400, cacheWriteTokens: 0, reasoningTokens: 150 },
      // 600 × $0.25 + 400 × $0.025 + 200 × $2 a million
      costUsd: 0.00056,
      model: 'gpt-5-mini-2025-08-07',
      provider: 'openai',
      requestId: 'req_01',
    });
    expect(server.requests[0]!.path).toBe('/v1/chat/completions');
    expect(server.requests[0]!.headers.authorization).toBe('Bearer test');
    expect(server.requests[0]!.body).toEqual({
      model: 'gpt-5-mini',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
      ],
      max_tokens: 100,
      temperature: 0,
      stop: ['END'],
    });
  });

  it('offers tools and sends their results', async () => {
    const calls = [{ id: 'call_1', type: 'function', function: { name: 'order', arguments: '{"id":7}' } }];
    server.reply(wire.completion({ message: { content: null, tool_calls: calls }, finishReason: 'tool_calls' }), wire.completion());
    const request: ModelRequest = {
      ...ask,
      tools: [{ name: 'order', parameters: z.object({ id: z.number() }) }],
      toolChoice: { tool: 'order' },
    };
    const answer = await gpt().complete(request);
    expect(answer).toMatchObject({ text: '', stopReason: 'tool_calls', toolCalls: [{ id: 'call_1', name: 'order', input: { id: 7 } }] });
    await gpt().complete({
      ...request,
      messages: [...ask.messages, assistantMessage(answer), { role: 'tool', toolCallId: 'call_1', content: 'sent' }],
    });
    expect(server.requests[0]!.body).toMatchObject({
      tool_choice: { type: 'function', function: { name: 'order' } },
      tools: [{ type: 'function', function: { name: 'order', parameters: { type: 'object', required: ['id'] } } }],
    });
    expect((server.requests[1]!.body['messages'] as unknown[]).slice(1)).toEqual([
      { role: 'assistant', content: null, tool_calls: calls },
      { role: 'tool', tool_call_id: 'call_1', content: 'sent' },
    ]);
  });

  it('streams text and tool calls, and ends with the whole answer', async () => {
    server.reply(
      wire.stream([
        wire.delta({ role: 'assistant', content: '' }),
        wire.delta({ content: 'Hel' }),
        wire.delta({ content: 'lo.' }),
        wire.delta({ tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'order', arguments: '{"id"' } }] }),
        wire.delta({ tool_calls: [{ index: 0, function: { arguments: ':7}' } }] }),
        wire.delta({}, 'tool_calls'),
        wire.usage({ prompt_tokens: 30, completion_tokens: 10, total_tokens: 40 }),
        wire.done,
      ]),
    );
    const { pieces, response } = await collect(gpt().stream(ask));
    expect(pieces).toEqual(['Hel', 'lo.', '<order>']);
    expect(response).toMatchObject({
      text: 'Hello.',
      toolCalls: [{ id: 'call_1', name: 'order', input: { id: 7 } }],
      stopReason: 'tool_calls',
      usage: { inputTokens: 30, outputTokens: 10 },
      requestId: 'req_02',
    });
    expect(server.requests[0]!.body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
  });

  it('counts reasoning that a server leaves out of the completion', async () => {
    server.reply(
      wire.completion({
        usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 45, completion_tokens_details: { reasoning_tokens: 30 } },
      }),
    );
    expect((await gpt().complete(ask)).usage).toMatchObject({ outputTokens: 35, reasoningTokens: 30 });
  });

  it('says that a server does not report its usage', async () => {
    server.reply(wire.completion({ usage: null }));
    expect(await gpt().complete(ask)).toMatchObject({ usage: undefined, costUsd: undefined });
  });

  it('tells of a refusal', async () => {
    server.reply(wire.completion({ message: { content: null, refusal: 'I cannot.' } }));
    expect(await gpt().complete(ask)).toMatchObject({ text: 'I cannot.', stopReason: 'refusal' });
  });

  it('leaves a tool call out that was cut by maxTokens, and refuses one that is no JSON with its usage', async () => {
    const message = { content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'order', arguments: '{"id' } }] };
    server.reply(wire.completion({ message, finishReason: 'length' }), wire.completion({ message, finishReason: 'tool_calls' }));
    expect(await gpt().complete(ask)).toMatchObject({ toolCalls: [], stopReason: 'max_tokens' });
    expect(await failure(gpt().complete(ask))).toMatchObject({
      kind: 'malformed',
      details: { usage: { inputTokens: 12, outputTokens: 3 } },
    });
  });

  it('knows both names of the longest answer', async () => {
    await gpt({ maxTokensField: 'max_completion_tokens' }).complete(ask);
    expect(server.requests[0]!.body).toMatchObject({ max_completion_tokens: 100 });
    expect(server.requests[0]!.body).not.toHaveProperty('max_tokens');
  });
});
