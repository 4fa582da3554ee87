import OpenAI from 'openai';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DurableFlowError } from 'durableflow';
import type { ServedRequest } from '../../../sdk/planner/proxy/proxy-app.js';
import { startProxy, type ProxyOptions, type RunningProxy } from '../../../sdk/planner/proxy/start-proxy.js';
import { traceHtml } from '../../../sdk/planner/trace/trace-html.js';
import { failure } from '../../models/fixtures/collect.js';
import { aborted, chunk, completion, each, FakePlanner } from './fake-planner.js';

const running: RunningProxy[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((proxy) => proxy[Symbol.asyncDispose]()));
});

async function served(options: ProxyOptions = {}) {
  const planner = new FakePlanner();
  const log: ServedRequest[] = [];
  const proxy = await startProxy(planner, { onRequest: (it) => void log.push(it), ...options });
  running.push(proxy);
  const client = new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: options.token ?? 'none', maxRetries: 0 });
  return { planner, log, proxy, client };
}

const hello = { model: 'auto', messages: [{ role: 'user' as const, content: 'Hi' }] };
const post = (proxy: RunningProxy, body: string | Uint8Array, headers: Record<string, string> = {}, path = '/v1/chat/completions') =>
  fetch(`${proxy.url}${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
const errorOf = async (response: Response) => ((await response.json()) as { error: Record<string, unknown> }).error;

describe('the official client', () => {
  it('gets answers, with what the plan was in the headers', async () => {
    const { client, planner, log } = await served();
    planner.answer = async () => completion({ content: 'Hello.', tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }] }, { service_tier: 'odd' }); // prettier-ignore
    const { data, response } = await client.chat.completions
      .create({ ...hello, tools: [], temperature: 0.5, planner: { privacy: 'local-only', max_cost: 0.5 } } as typeof hello, {
        headers: { 'X-Max-Cost': '0.01', 'X-Objective': 'fastest', 'X-Request-Id': 'mine-1', 'Idempotency-Key': 'once' },
      })
      .withResponse();
    expect(data).toMatchObject({ service_tier: 'odd', choices: [{ message: { tool_calls: [{ id: 'c1' }] } }] });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-request-id': 'mine-1',
      'x-planner-target': 'small',
      'x-planner-cost-usd': '0.0000125',
      'x-planner-trace': '/v1/plans/mine-1',
    });
    expect(planner.asked[0]).toMatchObject({
      request: { ...hello, tools: [], temperature: 0.5 },
      constraints: { maxCostUsd: 0.01, objective: 'fastest', privacy: 'local-only' },
      options: { requestId: 'mine-1', idempotencyKey: 'once' },
    });
    expect(planner.asked[0]!.request).not.toHaveProperty('planner');
    expect(log).toMatchObject([{ status: 200, requestId: 'mine-1', targetId: 'small', costUsd: 0.0000125, streamed: false }]);
  });

  it('gets streams, tool calls by index among them', async () => {
    const { client, planner, log } = await served();
    const call = (index: number, part: object) => chunk({ tool_calls: [{ index, ...part }] });
    const chunks = [
      chunk({ role: 'assistant', content: 'Let me see' }),
      call(0, { id: 'a', type: 'function', function: { name: 'one', arguments: '{"x"' } }),
      call(1, { id: 'b', type: 'function', function: { name: 'two', arguments: '' } }),
      call(0, { function: { arguments: ':1}' } }),
      call(1, { function: { arguments: '{}' } }),
      chunk({}, 'tool_calls'),
    ];
    planner.chunks = async () => each(chunks);
    const runner = client.chat.completions.stream(hello);
    const whole = await runner.finalChatCompletion();
    expect(whole.choices[0]!.message.tool_calls).toMatchObject([
      { id: 'a', function: { name: 'one', arguments: '{"x":1}' } },
      { id: 'b', function: { name: 'two', arguments: '{}' } },
    ]);
    const { data, response } = await client.chat.completions.create({ ...hello, stream: true }).withResponse();
    const got = [];
    for await (const it of data) got.push(it);
    expect(got).toEqual(chunks);
    expect(Object.fromEntries(response.headers)).toMatchObject({ 'content-type': 'text/event-stream', 'x-planner-target': 'small' });
    await vi.waitFor(() => expect(log.map(({ status, streamed }) => [status, streamed])).toEqual([[200, true], [200, true]])); // prettier-ignore
  });

  it('throws its own classes of errors, once each', async () => {
    const { client: once, planner, proxy } = await served();
    const client = new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey: 'none', maxRetries: 2 });
    const cases = [
      [OpenAI.NotFoundError, new DurableFlowError('DF_UNKNOWN_RUN', 'x'), 500],
      [OpenAI.InternalServerError, new Error('secret insides'), 500],
      [OpenAI.ConflictError, new DurableFlowError('DF_INPUT_MISMATCH', 'this id is taken'), 409],
      [OpenAI.UnprocessableEntityError, new DurableFlowError('DF_BUDGET_EXCEEDED', 'nothing left'), 422],
    ] as const;
    for (const [, thrown, status] of cases) {
      planner.asked.length = 0;
      planner.answer = () => Promise.reject(thrown);
      const error = await failure<InstanceType<typeof OpenAI.APIError>>(client.chat.completions.create(hello));
      expect(error.status).toBe(status);
      expect(error.message).not.toContain('secret insides');
      expect(planner.asked).toHaveLength(1);
    }
    expect(await failure(once.responses.create({ model: 'auto', input: 'x' }))).toBeInstanceOf(OpenAI.NotFoundError);
    expect((await failure(once.responses.create({ model: 'auto', input: 'x' }))).message).toContain('/v1/chat/completions');
  });

  it('raises what fails in the middle of a stream, and what fails before it with its status', async () => {
    const { client, planner, log } = await served();
    planner.chunks = async () => each([chunk({ content: 'a' })], new DurableFlowError('DF_MODEL_STREAM_BROKEN', 'it broke'));
    const got: unknown[] = [];
    const error = await failure<InstanceType<typeof OpenAI.APIError>>(
      (async () => {
        for await (const it of await client.chat.completions.create({ ...hello, stream: true })) got.push(it);
      })(),
    );
    expect(got).toHaveLength(1);
    expect(error).toBeInstanceOf(OpenAI.APIError);
    expect(error.code).toBe('internal_error');
    planner.chunks = () => Promise.reject(new DurableFlowError('DF_BUDGET_EXCEEDED', 'nothing left'));
    expect(await failure(client.chat.completions.create({ ...hello, stream: true }))).toBeInstanceOf(OpenAI.UnprocessableEntityError);
    await vi.waitFor(() => expect(log.map((it) => it.error)).toEqual(['internal_error', 'budget_exhausted']));
  });

  it('lists models and reads plans', async () => {
    const { client, proxy } = await served();
    const ids = [];
    for await (const { id } of client.models.list()) ids.push(id);
    expect(ids).toEqual(['auto', 'org/small']);
    expect(await client.models.retrieve('org/small')).toMatchObject({ id: 'org/small' });
    expect(await failure(client.models.retrieve('gone'))).toBeInstanceOf(OpenAI.NotFoundError);
    expect(await (await fetch(`${proxy.url}/v1/plans/r-7`)).json()).toMatchObject({
      requestId: 'r-7',
      headline: 'Answered by the small model',
    });
  });

  it('is given the page of a plan if it is a browser, and the page can load nothing', async () => {
    const { proxy } = await served({ page: traceHtml });
    const page = await fetch(`${proxy.url}/v1/plans/r-7`, { headers: { accept: 'text/html,*/*' } });
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await page.text()).toContain('Answered by the small model');
    expect((await fetch(`${proxy.url}/v1/plans/r-7`)).headers.get('content-type')).toMatch(/^application\/json/);
  });

  it('goes away, and the planner is told, in both modes', async () => {
    const { client, planner, log } = await served();
    let told = 0;
    planner.answer = async ({ options }) => {
      await aborted(options.signal!);
      told++;
      throw new Error('aborted');
    };
    const controller = new AbortController();
    const asking = client.chat.completions.create(hello, { signal: controller.signal });
    await vi.waitFor(() => expect(planner.asked).toHaveLength(1));
    controller.abort();
    expect(await failure(asking)).toBeInstanceOf(OpenAI.APIUserAbortError);
    await vi.waitFor(() => expect(told).toBe(1));
    planner.chunks = async ({ options }) =>
      (async function* () {
        yield chunk({ content: 'a' });
        await aborted(options.signal!);
        told++;
      })();
    for await (const _ of await client.chat.completions.create({ ...hello, stream: true })) break;
    await vi.waitFor(() => expect(told).toBe(2));
    await vi.waitFor(() => expect(log.map(({ status }) => status)).toEqual([499, 499]));
  });
});

describe('a stream', () => {
  it('says that it is alive while nothing comes, before the first token and after', async () => {
    const { planner, proxy } = await served({ keepAliveMs: 20 });
    let go = () => {};
    const wait = new Promise<void>((resolve) => (go = resolve));
    planner.chunks = async () => {
      await wait;
      return each([chunk({ content: 'late' })]);
    };
    const response = await post(proxy, JSON.stringify({ ...hello, stream: true }));
    expect(response.status).toBe(200);
    let text = '';
    for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
      text += part;
      if (text.split(': keep-alive').length > 2) go();
    }
    expect(text).toMatch(/^(: keep-alive\n\n){2,}data: \{.*"late".*\}\n\ndata: \[DONE\]\n\n$/);
  });

  it('tells of a failure in the stream if it was begun before', async () => {
    const { planner, client } = await served({ keepAliveMs: 20 });
    planner.chunks = async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      throw new DurableFlowError('DF_BUDGET_EXCEEDED', 'nothing left');
    };
    const stream = await client.chat.completions.create({ ...hello, stream: true });
    const error = await failure<InstanceType<typeof OpenAI.APIError>>((async () => { for await (const _ of stream); })()); // prettier-ignore
    expect(error.code).toBe('budget_exhausted');
  });
});

describe('what is refused', () => {
  const status = async (response: Response) => [response.status, (await errorOf(response))['code']];

  it('is told in the shape of the API', async () => {
    const { proxy } = await served({ maxBodyBytes: 1000 });
    expect(await status(await post(proxy, '{'))).toEqual([400, 'invalid_request']);
    expect(await status(await post(proxy, '[]'))).toEqual([400, 'invalid_request']);
    expect(await status(await post(proxy, '{"model":"auto"}'))).toEqual([400, 'invalid_request']);
    expect(await status(await post(proxy, '{"model":"auto","messages":[1]}'))).toEqual([400, 'invalid_request']);
    expect(await status(await post(proxy, Buffer.from(JSON.stringify(hello).replace('Hi', '\u00ff'), 'latin1')))).toEqual([
      400,
      'invalid_request',
    ]);
    expect(await status(await post(proxy, JSON.stringify(hello), { 'content-type': 'text/plain' }))).toEqual([
      415,
      'unsupported_media_type',
    ]);
    expect(await status(await post(proxy, '{}', { 'content-encoding': 'gzip' }))).toEqual([415, 'unsupported_encoding']);
    expect(await status(await post(proxy, 'x'.repeat(1001)))).toEqual([413, 'payload_too_large']);
    expect(await status(await fetch(`${proxy.url}/v1/chat/completions`))).toEqual([405, 'method_not_allowed']);
    expect(await status(await post(proxy, '{}', {}, '/v1/models'))).toEqual([405, 'method_not_allowed']);
    expect(await status(await post(proxy, '{}', {}, '/v1/embeddings'))).toEqual([404, 'unsupported_endpoint']);
    expect(await status(await fetch(`${proxy.url}/nothing`))).toEqual([404, 'unsupported_endpoint']);
    expect(await status(await post(proxy, JSON.stringify(hello), { 'idempotency-key': 'a b' }))).toEqual([400, 'invalid_idempotency_key']);
  });

  it('names each constraint that is wrong, and what is allowed', async () => {
    const { proxy, planner } = await served();
    const response = await post(
      proxy,
      JSON.stringify({ ...hello, planner: { min_quality: 3, check: { type: 'function', name: 'f' }, shadow: 'maybe', region: 7 } }),
      { 'X-Max-Cost': 'cheap', 'X-Objective': 'balanced', 'X-Max-Latency': '0', 'X-Tier-Floor': 'local', 'X-Privacy': 'none' },
    );
    expect(response.status).toBe(400);
    const error = await errorOf(response);
    expect(error).toMatchObject({ type: 'invalid_request_error', code: 'invalid_constraint', param: 'planner.min_quality' });
    expect((error['problems'] as { param: string }[]).map(({ param }) => param)).toEqual([
      'planner.min_quality', 'X-Max-Cost', 'X-Max-Latency', 'X-Privacy', 'planner.region', 'X-Tier-Floor', 'X-Objective', 'planner.shadow', 'planner.check.type',
    ]); // prettier-ignore
    expect(error['message']).toContain('cheapest, fastest, most_capable');
    expect(planner.asked).toEqual([]);
  });

  it('is what takes too long', async () => {
    const { proxy, planner, client } = await served({ requestTimeoutMs: 40 });
    planner.answer = ({ options }) => aborted(options.signal!).then(() => Promise.reject(new Error('aborted')));
    expect(await status(await post(proxy, JSON.stringify(hello)))).toEqual([504, 'request_timeout']);
    planner.chunks = async ({ options }) =>
      (async function* () {
        yield chunk({ content: 'a' });
        await aborted(options.signal!);
      })();
    const stream = await client.chat.completions.create({ ...hello, stream: true });
    const error = await failure<InstanceType<typeof OpenAI.APIError>>((async () => { for await (const _ of stream); })()); // prettier-ignore
    expect(error.code).toBe('request_timeout');
  });
});

describe('stopping', () => {
  it('lets requests end, refuses new ones, and then ends what is left', async () => {
    const { proxy, planner, client } = await served();
    let finish = () => {};
    planner.answer = () => new Promise((resolve) => (finish = () => resolve(completion())));
    planner.chunks = async ({ options }) =>
      (async function* () {
        yield chunk({ content: 'a' });
        await aborted(options.signal!);
      })();
    const answer = client.chat.completions.create(hello);
    const stream = await client.chat.completions.create({ ...hello, stream: true });
    await vi.waitFor(() => expect(planner.asked).toHaveLength(2));
    const stopped = proxy.stop({ graceMs: 100 });
    const refused = await post(proxy, JSON.stringify(hello));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await fetch(`${proxy.url}/healthz`)).status).toBe(503);
    finish();
    expect((await answer).choices).toHaveLength(1);
    const error = await failure<InstanceType<typeof OpenAI.APIError>>((async () => { for await (const _ of stream); })()); // prettier-ignore
    expect(error.code).toBe('closing');
    await stopped;
    await expect(fetch(`${proxy.url}/healthz`)).rejects.toThrow();
  });
});
