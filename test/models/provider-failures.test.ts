import { anthropic, ModelError, openAiCompatible, type ModelClient, type ModelErrorKind, type ModelRequest } from 'durableflow';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { anthropicWire } from './fixtures/anthropic-stub.js';
import { collect, failure } from './fixtures/collect.js';
import { openAiWire } from './fixtures/open-ai-stub.js';
import { cutBody, json, silence, StubServer, text, type StubReply } from './fixtures/stub-server.js';

const ask: ModelRequest = { messages: [{ role: 'user', content: 'Hi' }], maxTokens: 100 };

interface Dialect {
  readonly name: string;
  readonly client: (url: string, timeout?: number) => ModelClient;
  readonly error: (status: number, type: string, message: string, headers?: Record<string, string>) => StubReply;
  readonly spendCap: StubReply;
  readonly contextLength: StubReply;
  /** An error that is sent after HTTP 200, and a beginning of a stream that then stops in different ways. */
  readonly errorEvent: StubReply;
  readonly broken: (end: 'end' | 'cut' | 'hang') => StubReply;
}

const dialects: readonly Dialect[] = [
  {
    name: 'anthropic',
    client: (url, timeout = 10_000) => anthropic({ model: 'claude-haiku-4-5', apiKey: 'test', baseURL: url, timeout }),
    error: (...args) => anthropicWire.error(...args),
    spendCap: anthropicWire.error(400, 'invalid_request_error', 'Your credit balance is too low to access the Anthropic API.'),
    contextLength: anthropicWire.error(400, 'invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum'),
    errorEvent: anthropicWire.stream([anthropicWire.start, ...anthropicWire.text(0, 'Hel'), anthropicWire.overloadedEvent]),
    broken: (end) => anthropicWire.stream([anthropicWire.start, ...anthropicWire.text(0, 'Hel')], end),
  },
  {
    name: 'openai',
    client: (url, timeout = 10_000) => openAiCompatible({ model: 'gpt-5-mini', apiKey: 'test', baseURL: `${url}/v1`, timeout }),
    error: (status, type, message, headers) => openAiWire.error(status, { type, message, code: type }, headers),
    spendCap: openAiWire.error(429, {
      type: 'insufficient_quota',
      code: 'insufficient_quota',
      message: 'You exceeded your current quota, please check your plan and billing details.',
    }),
    contextLength: openAiWire.error(400, {
      type: 'invalid_request_error',
      code: 'context_length_exceeded',
      message: "This model's maximum context length is 128000 tokens.",
    }),
    errorEvent: openAiWire.stream([
      openAiWire.delta({ content: 'Hel' }),
      { error: { type: 'overloaded_error', message: 'Overloaded', code: 503 } },
    ]),
    broken: (end) => openAiWire.stream([openAiWire.delta({ content: 'Hel' })], end),
  },
];

describe.each(dialects)('$name', ({ client, error, spendCap, contextLength, errorEvent, broken }) => {
  let server: StubServer;
  beforeEach(async () => void (server = await StubServer.start(silence)));
  afterEach(() => server[Symbol.asyncDispose]());

  const failed = (reply: StubReply, timeout?: number) => {
    server.reply(reply);
    return failure<ModelError>(client(server.url, timeout).complete(ask));
  };
  const failedStream = async (reply: StubReply, timeout?: number) => {
    server.reply(reply);
    const pieces: string[] = [];
    const error = await failure<ModelError>(collect(client(server.url, timeout).stream(ask), pieces));
    return { error, pieces };
  };

  it.each<[number, string, ModelErrorKind, boolean]>([
    [429, 'rate_limit_error', 'rate_limited', true],
    [500, 'api_error', 'server', true],
    [503, 'api_error', 'overloaded', true],
    [529, 'overloaded_error', 'overloaded', true],
    [400, 'invalid_request_error', 'invalid_request', false],
    [404, 'not_found_error', 'invalid_request', false],
    [401, 'authentication_error', 'authentication', false],
    [403, 'permission_error', 'authentication', false],
    [413, 'request_too_large', 'context_length', true],
  ])('HTTP %i is %s', async (status, type, kind, verifiable) => {
    const got = await failed(error(status, type, 'no'));
    expect(got).toBeInstanceOf(ModelError);
    expect(got).toMatchObject({ kind, status, verifiable, mayCost: false, spendCap: false, requestId: 'req_err', retryAfterMs: undefined });
    expect(server.requests).toHaveLength(1);
  });

  it('reads Retry-After in seconds, in milliseconds and as a date', async () => {
    const after = async (headers: Record<string, string>) =>
      (await failed(error(429, 'rate_limit_error', 'slow down', headers))).retryAfterMs!;
    expect(await after({ 'retry-after': '7' })).toBe(7000);
    expect(await after({ 'retry-after-ms': '1234', 'retry-after': '7' })).toBe(1234);
    const inAMinute = await after({ 'retry-after': new Date(Date.now() + 60_000).toUTCString() });
    expect(inAMinute).toBeGreaterThan(30_000);
    expect(inAMinute).toBeLessThanOrEqual(60_000);
    expect(await after({ 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' })).toBe(0);
  });

  it('tells a spent account from a rate limit', async () => {
    const got = await failed(spendCap);
    expect(got).toMatchObject({ kind: 'rate_limited', code: 'DF_MODEL_SPEND_CAP', spendCap: true, transient: false, verifiable: true });
    expect(await failed(error(402, 'billing_error', 'payment required'))).toMatchObject({ spendCap: true });
  });

  it('takes a rate limit for one, whatever it recommends', async () => {
    for (const words of ['Too many tokens, please wait.', 'Slow down. You can raise your limit at https://example.com/account/billing.'])
      expect(await failed(error(429, 'rate_limit_error', words))).toMatchObject({ kind: 'rate_limited', spendCap: false });
  });

  it('refuses a request that makes no sense, before it is sent', async () => {
    const model = client(server.url);
    for (const request of [{ ...ask, maxTokens: 0 }, { ...ask, messages: [] }, { maxTokens: 5 }]) {
      expect(await failure(model.complete(request as ModelRequest))).toMatchObject({ code: 'DF_INVALID_INPUT' });
      expect(await failure(collect(model.stream(request as ModelRequest)))).toMatchObject({ code: 'DF_INVALID_INPUT' });
    }
    const opaque = { '~standard': { vendor: 'unknown' } };
    expect(await failure(model.complete({ ...ask, tools: [{ name: 'x', parameters: opaque }] }))).toMatchObject({
      code: 'DF_INVALID_INPUT',
    });
    expect(server.requests).toHaveLength(0);
  });

  it('knows a prompt that is too long', async () => {
    expect(await failed(contextLength)).toMatchObject({ kind: 'context_length', transient: false, verifiable: true });
  });

  it('gives up when nothing comes, and hangs up', async () => {
    const got = await failed(silence, 250);
    expect(got).toMatchObject({ kind: 'timeout', mayCost: true });
    await server.requests[0]!.hungUp;
    const stream = await failedStream(silence, 250);
    expect(stream.error.kind).toBe('timeout');
    await server.requests[1]!.hungUp;
  });

  it('gives up when a stream falls silent in the middle', async () => {
    const { error, pieces } = await failedStream(broken('hang'), 400);
    expect(pieces).toEqual(['Hel']);
    expect(error.kind).toBe('timeout');
    await server.requests[0]!.hungUp;
  });

  it('does not count the time that its reader takes', async () => {
    server.reply(broken('end'));
    const stream = client(server.url, 500).stream(ask);
    const got = failure<ModelError>(
      (async () => {
        for await (const delta of stream) {
          expect(delta).toMatchObject({ text: 'Hel' });
          await new Promise((resolve) => setTimeout(resolve, 800));
        }
      })(),
    );
    expect((await got).kind).toBe('stream_broken');
  });

  it('hangs up when its caller gives up', async () => {
    for (const call of [
      (signal: AbortSignal) => client(server.url).complete(ask, { signal }),
      (signal: AbortSignal) => collect(client(server.url).stream(ask, { signal })),
    ]) {
      const caller = new AbortController();
      server.reply((_response, request) => {
        caller.abort(new Error('enough'));
        return request.hungUp;
      });
      const got = await failure<ModelError>(call(caller.signal));
      expect(got).toMatchObject({ kind: 'aborted', verifiable: false, mayCost: true });
      expect((got.cause as Error).message).toBe('enough');
      await server.requests.at(-1)!.hungUp;
    }
    const before = server.requests.length;
    expect(await failure(client(server.url).complete(ask, { signal: AbortSignal.abort() }))).toMatchObject({ kind: 'aborted' });
    expect(server.requests.length - before).toBe(0);
  });

  it('hangs up when its reader leaves the loop', async () => {
    server.reply(broken('hang'));
    for await (const delta of client(server.url).stream(ask)) {
      expect(delta).toEqual({ type: 'text', text: 'Hel' });
      break;
    }
    await server.requests[0]!.hungUp;
  });

  it('knows a cut connection', async () => {
    expect(await failed(cutBody)).toMatchObject({ kind: 'connection', mayCost: true });
    const { error, pieces } = await failedStream(broken('cut'));
    expect(pieces).toEqual(['Hel']);
    expect(error).toMatchObject({ kind: 'stream_broken', mayCost: true });
  });

  it('knows a stream that ends too early', async () => {
    const { error, pieces } = await failedStream(broken('end'));
    expect(pieces).toEqual(['Hel']);
    expect(error.kind).toBe('stream_broken');
  });

  it('knows an error that comes after HTTP 200', async () => {
    const { error, pieces } = await failedStream(errorEvent);
    expect(pieces).toEqual(['Hel']);
    expect(error).toMatchObject({ kind: 'overloaded', mayCost: true });
  });

  it('refuses what is no answer', async () => {
    const page = '<!doctype html><title>Sign in</title>';
    for (const reply of [
      text(200, 'text/html', page),
      text(200, 'application/json', '{"id": '),
      json(200, { hello: 'world' }),
      json(200, null),
    ]) {
      expect(await failed(reply)).toMatchObject({ kind: 'malformed', mayCost: true });
    }
    for (const reply of [text(200, 'text/html', page), text(200, 'text/event-stream', 'event: message_start\ndata: {"type": \n\n')]) {
      expect((await failedStream(reply)).error).toMatchObject({ kind: 'malformed' });
    }
    expect(await failed(text(502, 'text/html', page))).toMatchObject({ kind: 'server', status: 502 });
  });

  it('knows a server that is not there, which cannot have cost anything', async () => {
    const { url } = server;
    await server[Symbol.asyncDispose]();
    const got = await failure<ModelError>(client(url).complete(ask));
    expect(got).toMatchObject({ kind: 'connection', mayCost: false });
    server = await StubServer.start(silence);
  });
});

describe('a provider without a key', () => {
  it('says so before anything is sent', async () => {
    vi.stubEnv('OPENAI_API_KEY', undefined);
    const keyless = openAiCompatible({ model: 'gpt-5-mini', baseURL: 'http://127.0.0.1:1' });
    expect(await failure(keyless.complete(ask))).toMatchObject({ kind: 'authentication', mayCost: false });
    vi.unstubAllEnvs();
  });
});
