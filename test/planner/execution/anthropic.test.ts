import { Planner, type ChatChunk } from 'durableflow/planner';
import { describe, expect, it } from 'vitest';
import { anthropicWire } from '../../models/fixtures/anthropic-stub.js';
import { failure } from '../../models/fixtures/collect.js';
import { json, StubServer, type StubReply } from '../../models/fixtures/stub-server.js';
import { hello, stubTarget } from './stub-targets.js';

async function open(reply: StubReply) {
  const server = await StubServer.start(reply);
  const prices = { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 2 };
  // A base URL of this API has no version in it.
  const claude = stubTarget('claude', server, { api: 'anthropic', baseUrl: server.url, prices });
  return { server, planner: await Planner.open({ targets: [claude] }) };
}

const tool = {
  type: 'function',
  function: { name: 'weather', description: 'Of a city.', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
};
const call = { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } };

describe('a target that speaks Anthropic’s Messages', () => {
  it('is asked in its own words', async () => {
    const { planner, server } = await open(anthropicWire.message());
    await planner.complete({
      model: 'auto',
      max_completion_tokens: 50,
      temperature: 1.5,
      stop: 'END',
      user: 'u-1',
      tools: [tool],
      tool_choice: 'required',
      parallel_tool_calls: false,
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' } } },
      messages: [
        { role: 'developer', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look.' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
            { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
          ],
        },
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'c1', content: 'Rain.' },
        { role: 'user', content: 'And?' },
      ],
    });
    expect(server.requests[0]!.path).toBe('/v1/messages');
    expect(server.requests[0]!.body).toEqual({
      model: 'claude-1',
      max_tokens: 50,
      temperature: 1,
      stop_sequences: ['END'],
      metadata: { user_id: 'u-1' },
      system: [{ type: 'text', text: 'Be brief.' }],
      tools: [{ name: 'weather', description: 'Of a city.', input_schema: tool.function.parameters }],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      output_config: { format: { type: 'json_schema', schema: { type: 'object' } } },
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look.' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
            { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
          ],
        },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'c1', name: 'weather', input: { city: 'Oslo' } }] },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'c1', content: 'Rain.' },
            { type: 'text', text: 'And?' },
          ],
        },
      ],
    });
    await planner.close();
  });

  it('answers as a chat completion, with tool calls and all tokens that count', async () => {
    const content = [
      { type: 'text', text: 'Let me look.' },
      { type: 'tool_use', id: 't1', name: 'weather', input: { city: 'Oslo' } },
    ];
    const usage = { cache_read_input_tokens: 100, cache_creation_input_tokens: 10 };
    const { planner } = await open(anthropicWire.message({ content, stopReason: 'tool_use', usage }));
    const { completion, trace } = await planner.complete(hello);
    expect(completion).toMatchObject({
      id: 'msg_01',
      object: 'chat.completion',
      model: 'claude-haiku-4-5-20251001',
      choices: [
        {
          index: 0,
          finish_reason: 'tool_calls',
          message: {
            role: 'assistant',
            content: 'Let me look.',
            tool_calls: [{ id: 't1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }],
          },
        },
      ],
      usage: { prompt_tokens: 122, completion_tokens: 3, total_tokens: 125, prompt_tokens_details: { cached_tokens: 100 } },
    });
    // 12 × $1 + 100 × $0.1 + 10 × $2 + 3 × $5, of a million.
    expect(trace.totals.costUsd).toBe(0.000057);
    await planner.close();
  });

  it('streams words and calls of tools by their index, and usage to those who ask', async () => {
    const { start, text, toolUse, thinking, stop } = anthropicWire;
    const events = [
      start,
      ...thinking(0, 'hm'),
      ...text(1, 'Hel', 'lo.'),
      ...toolUse(2, 'weather', '{"city":', '"Oslo"}'),
      ...toolUse(3, 'clock'),
      ...stop('tool_use'),
    ];
    const { planner } = await open(anthropicWire.stream(events));
    const chunks: ChatChunk[] = [];
    for await (const chunk of (await planner.stream({ ...hello, stream_options: { include_usage: true } })).chunks) chunks.push(chunk);
    expect(chunks.map(({ choices }) => choices[0]?.delta)).toEqual([
      { role: 'assistant', content: '' },
      { content: 'Hel' },
      { content: 'lo.' },
      { tool_calls: [{ index: 0, id: 'toolu_2', type: 'function', function: { name: 'weather', arguments: '' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '"Oslo"}' } }] },
      { tool_calls: [{ index: 1, id: 'toolu_3', type: 'function', function: { name: 'clock', arguments: '' } }] },
      {},
      undefined,
    ]);
    expect(chunks.at(-2)!.choices[0]!.finish_reason).toBe('tool_calls');
    expect(chunks.at(-1)!.usage).toMatchObject({ prompt_tokens: 125, completion_tokens: 7, total_tokens: 132 });
    await planner.close();
  });

  it.each([
    { what: 'an overloaded API', reply: anthropicWire.error(529, 'overloaded_error', 'Overloaded'), code: 'DF_PLAN_FAILED' },
    { what: 'a request that it refuses', reply: anthropicWire.error(400, 'invalid_request_error', 'bad'), code: 'DF_PLAN_REJECTED' },
    { what: 'something else', reply: json(200, { hello: 'world' }), code: 'DF_PLAN_FAILED' },
  ])('may be $what', async ({ reply, code }) => {
    const { planner } = await open(reply);
    expect((await failure<{ code: string }>(planner.complete(hello))).code).toBe(code);
    await planner.close();
  });

  it('has no words for several choices, or for sounds: that is its own fault, not the request’s', async () => {
    const { planner, server } = await open(anthropicWire.message());
    for (const more of [{ n: 2 }, { messages: [{ role: 'user', content: [{ type: 'input_audio' }] }] }])
      expect(await failure(planner.complete({ ...hello, ...more }))).toMatchObject({
        code: 'DF_PLAN_FAILED',
        details: { attempts: [{ chargedUsd: 0 }] },
      });
    expect(server.requests).toEqual([]);
    await planner.close();
  });

  it('whose stream breaks off, or reports a failure, has failed', async () => {
    const { start, text, overloadedEvent } = anthropicWire;
    for (const reply of [
      anthropicWire.stream([start, ...text(0, 'Hel')], 'cut'),
      anthropicWire.stream([start, ...text(0, 'Hel')], 'end'),
      anthropicWire.stream([start, ...text(0, 'Hel'), overloadedEvent]),
    ]) {
      const { planner } = await open(reply);
      const { chunks } = await planner.stream(hello);
      const read = async () => {
        for await (const _ of chunks);
      };
      expect((await failure<{ code: string }>(read())).code).toBe('DF_PLAN_STREAM_BROKEN');
      await planner.close();
    }
  });
});
