import { anthropic, assistantMessage, type ModelRequest } from 'durableflow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { anthropicWire as wire } from './fixtures/anthropic-stub.js';
import { collect } from './fixtures/collect.js';
import { StubServer } from './fixtures/stub-server.js';

let server: StubServer;
beforeEach(async () => void (server = await StubServer.start(wire.message())));
afterEach(() => server[Symbol.asyncDispose]());

const claude = (options: Partial<Parameters<typeof anthropic>[0]> = {}) =>
  anthropic({ model: 'claude-haiku-4-5', apiKey: 'test', baseURL: server.url, ...options });
const ask: ModelRequest = { messages: [{ role: 'user', content: 'Hi' }], maxTokens: 100 };

describe('anthropic', () => {
  it('asks and answers, with usage, cost and request id', async () => {
    server.reply(
      wire.message({
        usage: {
          input_tokens: 1000,
          output_tokens: 200,
          cache_read_input_tokens: 400,
          cache_creation_input_tokens: 100,
          output_tokens_details: { thinking_tokens: 50 },
        },
      }),
    );
    const answer = await claude().complete({
      messages: [
        { role: 'system', content: 'Be brief.', cache: true },
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
      usage: { inputTokens: 1000, outputTokens: 200, cacheReadTokens: 400, cacheWriteTokens: 100, reasoningTokens: 50 },
      // 1000 × $1 + 400 × $0.10 + 100 × $1.25 + 200 × $5 a million
      costUsd: 0.002165,
      model: 'claude-haiku-4-5-20251001',
      provider: 'anthropic',
      requestId: 'req_01',
    });
    const [request] = server.requests;
    expect(request!.path).toBe('/v1/messages');
    expect(request!.headers.authorization).toBe('Bearer test');
    expect(request!.body).toEqual({
      model: 'claude-haiku-4-5',
      max_tokens: 100,
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
      temperature: 0,
      stop_sequences: ['END'],
    });
  });

  it('offers tools, from zod or JSON Schema, and sends all results of one answer in one turn', async () => {
    server.reply(
      wire.message({
        content: [
          { type: 'text', text: 'Let me look.' },
          { type: 'tool_use', id: 'toolu_1', name: 'order', input: { id: 7 } },
          { type: 'tool_use', id: 'toolu_2', name: 'customer', input: {} },
        ],
        stopReason: 'tool_use',
      }),
      wire.message(),
    );
    const request: ModelRequest = {
      ...ask,
      tools: [
        { name: 'order', description: 'Looks up an order.', parameters: z.object({ id: z.number() }) },
        { name: 'customer', parameters: { type: 'object', properties: {} } },
      ],
      toolChoice: 'required',
    };
    const answer = await claude().complete(request);
    expect(answer.stopReason).toBe('tool_calls');
    expect(answer.toolCalls).toEqual([
      { id: 'toolu_1', name: 'order', input: { id: 7 } },
      { id: 'toolu_2', name: 'customer', input: {} },
    ]);
    await claude().complete({
      ...request,
      toolChoice: { tool: 'order' },
      messages: [
        ...request.messages,
        assistantMessage(answer),
        { role: 'tool', toolCallId: 'toolu_1', content: 'sent' },
        { role: 'tool', toolCallId: 'toolu_2', content: 'no such customer', isError: true },
        { role: 'user', content: 'And now?' },
      ],
    });
    expect(server.requests[0]!.body).toMatchObject({
      tool_choice: { type: 'any' },
      tools: [
        {
          name: 'order',
          description: 'Looks up an order.',
          input_schema: { type: 'object', properties: { id: { type: 'number' } }, required: ['id'] },
        },
        { name: 'customer', input_schema: { type: 'object', properties: {} } },
      ],
    });
    expect(server.requests[1]!.body).toMatchObject({ tool_choice: { type: 'tool', name: 'order' } });
    expect((server.requests[1]!.body['messages'] as unknown[]).slice(1)).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Let me look.' },
          { type: 'tool_use', id: 'toolu_1', name: 'order', input: { id: 7 } },
          { type: 'tool_use', id: 'toolu_2', name: 'customer', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'toolu_1', content: 'sent' },
          { type: 'tool_result', tool_use_id: 'toolu_2', content: 'no such customer', is_error: true },
          { type: 'text', text: 'And now?' },
        ],
      },
    ]);
  });

  it('streams text and tool calls, and ends with the whole answer', async () => {
    server.reply(
      wire.stream([
        wire.start,
        { type: 'ping' },
        ...wire.text(0, 'Hel', 'lo.'),
        ...wire.toolUse(1, 'order', '{"id"', ':7}'),
        ...wire.stop('tool_use', 9),
      ]),
    );
    const { pieces, response } = await collect(claude().stream(ask));
    expect(pieces).toEqual(['Hel', 'lo.', '<order>']);
    expect(response).toMatchObject({
      text: 'Hello.',
      toolCalls: [{ id: 'toolu_1', name: 'order', input: { id: 7 } }],
      stopReason: 'tool_calls',
      usage: { inputTokens: 20, outputTokens: 9, cacheReadTokens: 100, cacheWriteTokens: 5 },
      requestId: 'req_02',
    });
    expect(response).not.toHaveProperty('opaque');
    expect(server.requests[0]!.body).toMatchObject({ stream: true });
  });

  it('gives signed thinking back to the model that thought, and to no other', async () => {
    server.reply(wire.stream([wire.start, ...wire.thinking(0, 'Hm.'), ...wire.text(1, 'Hello.'), ...wire.stop()]), wire.message());
    const { pieces, response } = await collect(claude().stream(ask));
    expect(pieces).toEqual(['Hm.', 'Hello.']);
    expect(response.text).toBe('Hello.');
    const next = { ...ask, messages: [...ask.messages, assistantMessage(response), { role: 'user' as const, content: 'Go on.' }] };
    await claude().complete(next);
    await claude({ model: 'claude-sonnet-4-6' }).complete(next);
    const thought = (index: number) => (server.requests[index]!.body['messages'] as { content: unknown }[])[1]!.content;
    expect(thought(1)).toEqual([
      { type: 'thinking', thinking: 'Hm.', signature: 'signed' },
      { type: 'text', text: 'Hello.' },
    ]);
    expect(thought(2)).toEqual([{ type: 'text', text: 'Hello.' }]);
  });

  it('leaves a tool call out that was cut by maxTokens', async () => {
    server.reply(
      wire.stream([wire.start, ...wire.text(0, 'Let me look.'), ...wire.toolUse(1, 'order', '{"id'), ...wire.stop('max_tokens')]),
    );
    const { response } = await collect(claude().stream(ask));
    expect(response).toMatchObject({ text: 'Let me look.', toolCalls: [], stopReason: 'max_tokens' });
  });

  it('sends what it has no words for', async () => {
    await claude({ extraBody: { thinking: { type: 'adaptive' } }, headers: { 'anthropic-beta': 'x' } }).complete(ask);
    expect(server.requests[0]!.body).toMatchObject({ thinking: { type: 'adaptive' } });
    expect(server.requests[0]!.headers['anthropic-beta']).toBe('x');
  });

  it('has no cost for a model without a price, unless it is given one', async () => {
    server.reply(wire.message({ model: 'claude-next' }));
    expect((await claude({ model: 'claude-next' }).complete(ask)).costUsd).toBeUndefined();
    const priced = claude({ model: 'claude-next', prices: { 'claude-next': { input: 100, output: 1000 } } });
    expect((await priced.complete(ask)).costUsd).toBe(0.0042);
  });
});
