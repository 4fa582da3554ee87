import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Planner } from '../../../sdk/planner/planner.js';
import type { PlannerTarget } from '../../../sdk/planner/target.js';
import type { ServedRequest } from '../../../sdk/planner/proxy/proxy-app.js';
import { startProxy } from '../../../sdk/planner/proxy/start-proxy.js';
import { failure } from '../../models/fixtures/collect.js';
import { openAiWire } from '../../models/fixtures/open-ai-stub.js';
import { cutBody, silence, StubServer, text, type StubReply } from '../../models/fixtures/stub-server.js';
import { tempFolder } from '../../fixtures/temp-folder.js';

// The planner, its proxy and the official client, unmodified, against upstreams that misbehave.

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const it of opened.splice(0).toReversed()) await it[Symbol.asyncDispose]();
});
function use<T extends AsyncDisposable>(it: T): T {
  opened.push(it);
  return it;
}

const key = 'sk-stub-0123456789abcdefghij';
const common = {
  region: 'eu', api: 'openai', enabled: true, capabilities: ['tools', 'json_schema', 'streaming'], contextWindow: 32_000,
  maxOutputTokens: 1000, latencyPrior: { p50Ms: 100, p95Ms: 500 },
} as const; // prettier-ignore

async function desk({
  small,
  large,
  budgets = [],
}: {
  small: StubReply;
  large?: StubReply;
  budgets?: { id: string; limitUsd: number; period: 'total' }[];
}) {
  const stubs = {
    small: use(await StubServer.start(small)),
    large: use(await StubServer.start(large ?? openAiWire.completion())),
  };
  const targets: PlannerTarget[] = [
    { ...common, id: 'small', name: 'Small', tier: 'economy', model: 'stub-s', privacy: 'public', prices: { input: 1, output: 2 }, baseUrl: `${stubs.small.url}/v1`, apiKeyEnv: 'STUB_PLANNER_KEY' },
    { ...common, id: 'large', name: 'Large', tier: 'frontier', model: 'stub-l', privacy: 'public', prices: { input: 10, output: 20 }, baseUrl: `${stubs.large.url}/v1`, apiKeyEnv: undefined },
  ]; // prettier-ignore
  vi.stubEnv('STUB_PLANNER_KEY', key);
  const file = join(tempFolder(), 'planner.db');
  const planner = use(await Planner.open({ targets, budgets, file }));
  const log: ServedRequest[] = [];
  const proxy = use(await startProxy(planner, { onRequest: (it) => void log.push(it) }));
  const client = new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: 'client-key-which-goes-nowhere', maxRetries: 0 });
  return { ...stubs, planner, proxy, client, log, file };
}

const hello = { model: 'auto', messages: [{ role: 'user' as const, content: 'Hi' }], max_tokens: 100 };
type ApiError = InstanceType<typeof OpenAI.APIError>;

describe('through the whole proxy', () => {
  it('an answer comes back as the target gave it', async () => {
    const { client, small, planner } = await desk({
      small: openAiWire.completion({ message: { content: null, tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }], odd: 1 }, finishReason: 'tool_calls' }), // prettier-ignore
    });
    const tools = [{ type: 'function' as const, function: { name: 'f', parameters: { type: 'object' } } }];
    const { data, response } = await client.chat.completions
      .create({ ...hello, tools, seed: 7 }, { headers: { 'X-Max-Cost': '0.01' } })
      .withResponse();
    expect(data.choices[0]!.message).toMatchObject({ odd: 1, tool_calls: [{ id: 'c1', function: { name: 'f' } }] });
    expect(small.requests[0]).toMatchObject({ body: { model: 'stub-s', tools, seed: 7, max_tokens: 100 } });
    expect(small.requests[0]!.headers.authorization).toBe(`Bearer ${key}`);
    expect(planner.trace(response.headers.get('x-request-id')!)).toMatchObject({
      state: 'answered',
      totals: { attempts: 1, costUsd: 0.000018 },
    });
    expect(response.headers.get('x-planner-cost-usd')).toBe('0.000018');
    expect(response.headers.has('x-planner-check')).toBe(false);
  });

  it('says whether the check that was asked for was carried out', async () => {
    const { client } = await desk({ small: openAiWire.completion({ message: { content: 'a'.repeat(40) } }) });
    const check = async (pattern: string) => {
      const body = { ...hello, planner: { check: { type: 'regex', pattern } } };
      return (await client.chat.completions.create(body).withResponse()).response.headers.get('x-planner-check');
    };
    expect(await check('^a+$')).toBe('passed');
    expect(await check('^(a+)+b$')).toBe('not-completed');
  });

  it('a stream comes back piece by piece, and usage only if it was asked for', async () => {
    const chunks = [openAiWire.delta({ role: 'assistant', content: 'Hel' }), openAiWire.delta({ content: 'lo' }), openAiWire.delta({}, 'stop'), openAiWire.usage({ prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 }), '[DONE]']; // prettier-ignore
    const { client, small } = await desk({ small: openAiWire.stream(chunks) });
    const read = async (options: object) => {
      const got = [];
      for await (const it of await client.chat.completions.create({ ...hello, stream: true, ...options })) got.push(it);
      return got;
    };
    expect(await read({})).toEqual(chunks.slice(0, 3));
    expect(await read({ stream_options: { include_usage: true } })).toEqual(chunks.slice(0, 4));
    expect(small.requests[0]!.body['stream_options']).toEqual({ include_usage: true });
  });

  it.each([
    ['429', openAiWire.error(429, { message: 'slow down', type: 'requests', code: 'rate_limit_exceeded' })],
    ['500', openAiWire.error(500, { message: 'oops' })],
    ['401', openAiWire.error(401, { message: `Incorrect API key provided: ${key}` })],
    ['JSON that is no completion', text(200, 'application/json', '{"ok":true}')],
    ['half of a JSON', text(200, 'application/json', '{"choices": [')],
    ['a page', text(200, 'text/html', '<html>login</html>')],
    ['a connection that is cut', cutBody],
  ])('the next target is asked after %s', async (_, small) => {
    const { client, planner, large, file } = await desk({ small });
    const { data, response } = await client.chat.completions.create(hello).withResponse();
    expect([data.choices[0]!.message.content, response.headers.get('x-planner-target')]).toEqual(['Hello.', 'large']);
    expect(large.requests).toHaveLength(1);
    expect(planner.trace(response.headers.get('x-request-id')!).escalation).toHaveLength(2);
    await planner.close();
    const bytes = Buffer.concat([await readFile(file), await readFile(`${file}-wal`).catch(() => Buffer.alloc(0))]).toString('latin1');
    expect(bytes).not.toContain(key);
    expect(bytes).not.toContain('client-key-which-goes-nowhere');
  });

  it('the next target is asked after a failed check, which response_format is as well', async () => {
    const { client } = await desk({
      small: openAiWire.completion({ message: { content: 'Sure!' } }),
      large: openAiWire.completion({ message: { content: '{"a":1}' } }),
    });
    const schema = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] };
    for (const asked of [
      { response_format: { type: 'json_object' as const } },
      { response_format: { type: 'json_schema' as const, json_schema: { name: 'a', schema } } },
      { planner: { check: { type: 'regex', pattern: '^\\{' } } },
    ])
      // prettier-ignore
      expect((await client.chat.completions.create({ ...hello, ...asked })).choices[0]!.message.content).toBe('{"a":1}');
  });

  it('all attempts failing is an error that tells of each, without keys, and is not asked again by the client', async () => {
    const { proxy, small, file, log } = await desk({
      small: openAiWire.error(401, { message: `bad key ${key}` }),
      large: openAiWire.error(503, { message: 'no' }),
    });
    const client = new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: 'none', maxRetries: 3 });
    const error = await failure<ApiError>(client.chat.completions.create(hello));
    expect(error).toBeInstanceOf(OpenAI.InternalServerError);
    expect([error.status, error.code, small.requests.length]).toEqual([502, 'all_attempts_failed', 1]);
    expect((error.error as { attempts: object[] }).attempts).toMatchObject([
      { target: 'small', outcome: 'transport_error' },
      { target: 'large' },
    ]);
    expect(JSON.stringify([error.error, log])).not.toContain(key);
    expect(await readFile(file, 'latin1')).not.toContain(key);
    const trace = await (await fetch(`${proxy.url}/v1/plans/${error.headers!.get('x-request-id')}`)).text();
    expect(trace).toContain('"failed"');
    expect(trace).not.toContain(key);
  });

  it('a request that the target rejects is answered as it was, and goes no further', async () => {
    const { client, large } = await desk({
      small: openAiWire.error(400, { message: 'max_tokens is too large', type: 'invalid_request_error', code: 'bad', param: 'max_tokens' }),
    });
    const error = await failure<ApiError>(client.chat.completions.create(hello));
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect([error.code, error.param]).toEqual(['bad', 'max_tokens']);
    expect(error.message).toContain('max_tokens is too large');
    expect(large.requests).toEqual([]);
  });

  it('nobody is asked where the plan is infeasible or the budget is used up', async () => {
    const { client, small, large } = await desk({
      small: openAiWire.completion(),
      budgets: [{ id: 'tiny', limitUsd: 0.000001, period: 'total' }],
    });
    const infeasible = await failure<ApiError>(client.chat.completions.create(hello, { headers: { 'X-Privacy': 'local-only' } }));
    expect([infeasible.status, infeasible.code]).toEqual([422, 'infeasible']);
    expect(infeasible.error).toMatchObject({ constraint: 'privacy', would_change: [expect.any(String)] });
    const broke = await failure<ApiError>(client.chat.completions.create(hello, { headers: { 'X-Budget-Id': 'tiny' } }));
    expect([broke.status, broke.code]).toEqual([422, 'budget_exhausted']);
    const unknown = await failure<ApiError>(client.chat.completions.create(hello, { headers: { 'X-Budget-Id': 'other' } }));
    expect([unknown.status, unknown.code]).toEqual([400, 'invalid_request']);
    expect([small.requests, large.requests]).toEqual([[], []]);
  });

  it('a model by its name is asked and no other', async () => {
    const { client, large } = await desk({ small: openAiWire.error(500, { message: 'oops' }) });
    expect((await failure<ApiError>(client.chat.completions.create({ ...hello, model: 'small' }))).status).toBe(502);
    expect(large.requests).toEqual([]);
    expect((await client.chat.completions.create({ ...hello, model: 'large' })).choices).toHaveLength(1);
    const unknown = await failure<ApiError>(client.chat.completions.create({ ...hello, model: 'gpt-9' }));
    expect([unknown.status, unknown.code, unknown.param]).toEqual([404, 'model_not_found', 'model']);
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['auto', 'small', 'large']);
  });

  it('an idempotency key asks once, and belongs to one body', async () => {
    const { client, small } = await desk({ small: openAiWire.completion() });
    const options = { headers: { 'Idempotency-Key': 'order-7' } };
    const [one, two] = [await client.chat.completions.create(hello, options), await client.chat.completions.create(hello, options)];
    expect(two).toEqual(one);
    expect(small.requests).toHaveLength(1);
    const error = await failure<ApiError>(client.chat.completions.create({ ...hello, max_tokens: 5 }, options));
    expect(error).toBeInstanceOf(OpenAI.ConflictError);
    expect(error.code).toBe('idempotency_key_reused');
  });

  it('a target that says nothing is left in time for the next one; without one the time is over', async () => {
    const { client, small, planner } = await desk({ small: silence });
    const { data, response } = await client.chat.completions.create(hello, { headers: { 'X-Max-Latency': '1500' } }).withResponse();
    expect(data.choices).toHaveLength(1);
    expect(planner.trace(response.headers.get('x-request-id')!).escalation.map(({ outcome }) => outcome)).toEqual([
      'latency_breach',
      'no_check_completed',
    ]);
    await small.requests[0]!.hungUp;
    const late = await failure<ApiError>(
      client.chat.completions.create({ ...hello, model: 'small' }, { headers: { 'X-Max-Latency': '900' } }),
    );
    expect([late.status, late.code]).toEqual([504, 'latency_ceiling']);
  });

  it('a client that goes away aborts the call of the target, in both modes', async () => {
    const { client, small } = await desk({ small: silence });
    const controller = new AbortController();
    const asked = client.chat.completions.create(hello, { signal: controller.signal });
    await vi.waitFor(() => expect(small.requests).toHaveLength(1));
    controller.abort();
    expect(await failure(asked)).toBeInstanceOf(OpenAI.APIUserAbortError);
    await small.requests[0]!.hungUp;
    small.reply(openAiWire.stream([openAiWire.delta({ content: 'a' })], 'hang'));
    for await (const _ of await client.chat.completions.create({ ...hello, stream: true })) break;
    await small.requests[1]!.hungUp;
  });

  it('a stream that breaks is an error in the stream, and nobody else is asked', async () => {
    const { client, small, large, planner } = await desk({ small: openAiWire.stream([openAiWire.delta({ content: 'a' })], 'cut') });
    const got: unknown[] = [];
    const { data, response } = await client.chat.completions.create({ ...hello, stream: true }).withResponse();
    const error = await failure<ApiError>((async () => { for await (const it of data) got.push(it); })()); // prettier-ignore
    expect([got.length, error.code]).toEqual([1, 'stream_broken']);
    expect([small.requests.length, large.requests.length]).toEqual([1, 0]);
    await vi.waitFor(() => expect(planner.trace(response.headers.get('x-request-id')!).state).toBe('failed'));
  });
});
