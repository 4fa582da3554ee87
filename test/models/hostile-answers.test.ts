import { anthropic, openAiCompatible, type ModelClient } from 'durableflow';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anthropicWire } from './fixtures/anthropic-stub.js';
import { collect, failure } from './fixtures/collect.js';
import { openAiWire } from './fixtures/open-ai-stub.js';
import { json, StubServer } from './fixtures/stub-server.js';

// What `npm run fuzz` has found: answers that no honest endpoint gives.

let server: StubServer;
beforeEach(async () => void (server = await StubServer.start(openAiWire.completion())));
afterEach(() => server[Symbol.asyncDispose]());

const gpt = () => openAiCompatible({ model: 'gpt-5-mini', apiKey: 'test', baseURL: `${server.url}/v1` });
const claude = () => anthropic({ model: 'claude-haiku-4-5', apiKey: 'test', baseURL: server.url });
const ask = { messages: [{ role: 'user', content: 'Hi' }], maxTokens: 100 } as const;
const streamed = (client: ModelClient) => collect(client.stream(ask));

const { delta, stream, done } = openAiWire;
const call = (index: unknown) => ({ tool_calls: [{ index, id: 'call_1', function: { name: 'order', arguments: '{}' } }] });

describe('a stream that counts its pieces by', () => {
  it.each(['__proto__', 4_294_967_294, -1, 'constructor', null])(
    '%s is put together all the same, and nothing else is touched',
    async (index) => {
      const before = Reflect.ownKeys(Array.prototype);
      server.reply(stream([delta(call(index)), delta(call(index)), delta({}, 'tool_calls'), done]));
      // The arguments come twice, which is no JSON.
      expect(await failure(streamed(gpt()))).toMatchObject({ code: 'DF_MODEL_MALFORMED' });
      server.reply(stream([delta(call(index)), delta({}, 'tool_calls'), done]));
      expect(await streamed(gpt())).toMatchObject({ response: { toolCalls: [{ id: 'call_1', name: 'order', input: {} }] } });

      const block = { type: 'content_block_start', index, content_block: { type: 'tool_use', id: 't1', name: 'order', input: {} } };
      server.reply(anthropicWire.stream([anthropicWire.start, block, { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: {} }, { type: 'message_stop' }])); // prettier-ignore
      expect(await streamed(claude())).toMatchObject({ response: { toolCalls: [{ id: 't1', name: 'order', input: {} }] } });
      expect(Reflect.ownKeys(Array.prototype)).toEqual(before);
    },
  );
});

describe('an answer that cannot be read', () => {
  it.each([
    ['calls that are no list', { message: { tool_calls: {} } }],
    ['words that are no text', { message: { content: { text: 'Hi' } } }],
    ['a call without a function', { message: { tool_calls: [null] } }],
  ])('with %s is malformed', async (_what, shape) => {
    server.reply(openAiWire.completion(shape));
    expect(await failure(gpt().complete(ask))).toMatchObject({ code: 'DF_MODEL_MALFORMED' });
    server.reply(stream([delta(shape.message, 'stop'), done]));
    expect(await failure(streamed(gpt()))).toMatchObject({ code: 'DF_MODEL_MALFORMED' });
  });

  it('with blocks that are none is malformed', async () => {
    server.reply(json(200, { type: 'message', model: 'c', content: [null] }));
    expect(await failure(claude().complete(ask))).toMatchObject({ code: 'DF_MODEL_MALFORMED' });
  });
});

describe('an answer with', () => {
  it('a name of a model that is none is one of the model that was asked', async () => {
    server.reply(openAiWire.completion({ model: { toString: null } as unknown as string }));
    expect((await gpt().complete(ask)).model).toBe('gpt-5-mini');
  });

  it.each(['constructor', 'toString', '__proto__'])('the end %s has ended for another reason', async (reason) => {
    server.reply(openAiWire.completion({ finishReason: reason }));
    expect((await gpt().complete(ask)).stopReason).toBe('other');
    server.reply(anthropicWire.message({ stopReason: reason }));
    expect((await claude().complete(ask)).stopReason).toBe('other');
  });

  it('counts below zero gives no money back', async () => {
    const usage = { prompt_tokens: -5e6, completion_tokens: -5e6, total_tokens: '9', prompt_tokens_details: { cached_tokens: -5e6 } };
    server.reply(openAiWire.completion({ usage }));
    expect(await gpt().complete(ask)).toMatchObject({ costUsd: 0, usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0 } });
    server.reply(anthropicWire.message({ usage: { input_tokens: -5e6, output_tokens: -5e6, cache_read_input_tokens: 'x' } }));
    expect(await claude().complete(ask)).toMatchObject({ costUsd: 0, usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0 } });
  });
});

it.each(['constructor', { toString: null }])('an error of the kind %j is one of the server', async (type) => {
  server.reply(stream([{ error: { message: 'no', type } }]));
  expect(await failure(streamed(gpt()))).toMatchObject({ code: 'DF_MODEL_SERVER' });
});
