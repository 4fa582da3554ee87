import { timingSafeEqual } from 'node:crypto';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startProxy, type ProxyOptions, type RunningProxy } from '../../../sdk/planner/proxy/start-proxy.js';
import { FakePlanner } from './fake-planner.js';

vi.mock(import('node:crypto'), async (original) => {
  const real = await original();
  return { ...real, timingSafeEqual: vi.fn(real.timingSafeEqual) };
});

const running: RunningProxy[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((proxy) => proxy[Symbol.asyncDispose]()));
});

async function served(options: ProxyOptions = {}) {
  const planner = new FakePlanner();
  const proxy = await startProxy(planner, options);
  running.push(proxy);
  return { planner, proxy, port: Number(new URL(proxy.url).port) };
}

const body = JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'Hi' }] });
const headers = { 'content-type': 'application/json' };
const token = 'a-token-of-many-characters';

/** A request with headers that `fetch` would not send. */
async function ask(port: number, path: string, given: Record<string, string>, method = 'GET', sent?: string) {
  const asked = request({ port, host: '127.0.0.1', path, method, headers: given });
  asked.end(sent);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  for await (const part of response) text += String(part);
  return { status: response.statusCode, headers: response.headers, error: (JSON.parse(text) as { error?: { code?: string } }).error };
}

/** Bytes as they are, and what comes back. */
async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (part) => (text += String(part)));
  socket.write(bytes);
  await once(socket, 'close');
  return text;
}

describe('who may ask', () => {
  it('is nobody whom a name of somebody else led here, and no page of another host', async () => {
    const { port, planner } = await served();
    for (const host of [
      'evil.example',
      'evil.example:80',
      `127.0.0.1.evil.example:${port}`,
      'localhost.evil.example',
      '0x7f.1',
      '10.0.0.1',
    ])
      expect([host, (await ask(port, '/v1/models', { host })).error?.code]).toEqual([host, 'host_not_allowed']);
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, '127.0.0.1', `[::1]:${port}`])
      expect([host, (await ask(port, '/v1/models', { host })).status]).toEqual([host, 200]);
    for (const origin of ['https://evil.example', 'null', 'http://localhost.evil.example'])
      expect((await ask(port, '/v1/chat/completions', { ...headers, origin }, 'POST', body)).error?.code).toBe('origin_not_allowed');
    expect((await ask(port, '/v1/chat/completions', { ...headers, origin: 'http://localhost:3000' }, 'POST', body)).status).toBe(200);
    expect(planner.asked).toHaveLength(1);
  });

  it('is whoever has the token, which is compared in constant time', async () => {
    const compared = vi.mocked(timingSafeEqual).mockClear();
    const { port, planner } = await served({ token });
    const given = (authorization?: string) =>
      ask(port, '/v1/chat/completions', { ...headers, ...(authorization && { authorization }) }, 'POST', body);
    for (const wrong of [undefined, 'Bearer', 'Bearer wrong', `Bearer ${token}x`, `Bearer ${token.slice(1)}`, `Basic ${token}`, token]) {
      const { status, headers: answered, error } = await given(wrong);
      expect([wrong, status, error?.code, answered['www-authenticate']]).toEqual([wrong, 401, 'invalid_api_key', 'Bearer']);
    }
    expect((await given(`Bearer ${token}`)).status).toBe(200);
    expect((await given(`bearer ${token}`)).status).toBe(200);
    expect((await ask(port, '/v1/models', {})).status).toBe(401);
    expect((await ask(port, '/v1/plans/r-1', {})).status).toBe(401);
    expect((await ask(port, '/healthz', {})).status).toBe(200);
    expect(planner.asked).toHaveLength(2);
    // Always over digests of one length, so that not even the length of the token shows.
    expect(compared.mock.calls.map(([a, b]) => [a.byteLength, b.byteLength])).toEqual(Array.from({ length: 11 }, () => [32, 32]));
  });

  it('is not the network, unless there is a token that cannot be guessed', async () => {
    for (const host of ['0.0.0.0', '::', '192.168.1.5', 'example.com'])
      await expect(startProxy(new FakePlanner(), { host })).rejects.toMatchObject({ code: 'DF_PROXY_UNGUARDED' });
    await expect(startProxy(new FakePlanner(), { token: 'short' })).rejects.toMatchObject({ code: 'DF_PROXY_UNGUARDED' });
    const { port } = await served({ host: '0.0.0.0', token });
    expect((await ask(port, '/v1/models', { host: 'any.example', authorization: `Bearer ${token}` })).status).toBe(200);
  });

  it('says so if the port is taken', async () => {
    const { port } = await served();
    await expect(startProxy(new FakePlanner(), { port })).rejects.toMatchObject({ code: 'DF_PROXY_LISTEN' });
  });
});

describe('what is too large', () => {
  it('is no header', async () => {
    const { port, planner } = await served();
    const answer = await raw(port, `GET /v1/models HTTP/1.1\r\nhost: localhost\r\nx-much: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toMatchObject({ error: { code: 'headers_too_large', type: 'invalid_request_error' } });
    expect(await raw(port, 'no http at all\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"invalid_request"/);
    expect(planner.asked).toEqual([]);
  });

  it('is not read to its end: a body in chunks without a length is refused at the limit', async () => {
    const { port, planner } = await served({ maxBodyBytes: 100_000 });
    const socket = connect(port, '127.0.0.1');
    let text = '';
    let sent = 0;
    socket.setEncoding('utf8').on('data', (part) => (text += String(part)));
    socket.on('error', () => {});
    socket.write(
      'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
    );
    const piece = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    while (!text.includes('\r\n\r\n') && sent < 64 * 1024 * 1024 && socket.writable) {
      sent += 0x10000;
      if (!socket.write(piece)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
      await new Promise(setImmediate);
    }
    expect(text).toMatch(/^HTTP\/1\.1 413 [\s\S]*"code":"payload_too_large"/);
    expect(sent).toBeLessThan(16 * 1024 * 1024);
    socket.destroy();
    expect(planner.asked).toEqual([]);
  });

  it('is not believed about its length', async () => {
    const { port } = await served({ maxBodyBytes: 1000 });
    const huge = await raw(
      port,
      `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99999999\r\n\r\n{`,
    );
    expect(huge).toMatch(/^HTTP\/1\.1 413 /);
    const both = await raw(port, `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nhost: x\r\n\r\n`); // prettier-ignore
    expect(both).toMatch(/^HTTP\/1\.1 400 /);
    expect(both.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it('is no nesting that would take the stack', async () => {
    const { port, planner } = await served();
    const deep = `{"model":"auto","messages":[{"role":"user","content":"x"}],"tools":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    expect((await ask(port, '/v1/chat/completions', headers, 'POST', deep)).error?.code).toBe('invalid_request');
    const quoted = JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: `${'['.repeat(5000)}"\\` }] });
    expect((await ask(port, '/v1/chat/completions', headers, 'POST', quoted)).status).toBe(200);
    expect(planner.asked).toHaveLength(1);
  });
});

describe('what a body or a header may not reach', () => {
  it('is the prototype of anything', async () => {
    const { port, planner } = await served();
    const send = (text: string) => ask(port, '/v1/chat/completions', headers, 'POST', text);
    const own = '"model":"auto","messages":[{"role":"user","content":"x"}]';
    expect((await send(`{${own},"__proto__":{"stream":true,"privacy":"any"},"constructor":{"prototype":{"polluted":1}}}`)).status).toBe(
      200,
    );
    expect((await send(`{${own},"planner":{"__proto__":{"privacy":"any"}}}`)).error?.code).toBe('invalid_constraint');
    expect((await send(`{${own},"planner":{"constructor":1}}`)).error?.code).toBe('invalid_constraint');
    expect((await send('{"__proto__":{"model":"auto","messages":[{"role":"user"}]}}')).error?.code).toBe('invalid_request');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(planner.asked).toHaveLength(1);
    expect(planner.asked[0]!.constraints).toEqual({});
    expect(Object.getPrototypeOf(planner.asked[0]!.request)).toBe(Object.prototype);
  });

  it('is the headers of the answer', async () => {
    const { port, planner } = await served();
    for (const id of ['a b', '../secret', '', 'x'.repeat(200), 'é', '-x'])
      expect((await ask(port, '/v1/chat/completions', { ...headers, 'x-request-id': Buffer.from(id, 'utf8').toString('latin1') }, 'POST', body)).headers['x-request-id']).toBe('r-1'); // prettier-ignore
    planner.stream = undefined as never;
    planner.complete = async () => ({
      ...(await new FakePlanner().complete({ model: 'auto', messages: [] }, {})),
      targetId: 'klein\r\nx-evil: 1 ü',
    });
    const { headers: answered } = await ask(port, '/v1/chat/completions', headers, 'POST', body);
    expect(answered['x-evil']).toBeUndefined();
    expect(answered['x-planner-target']).toBe('klein%0D%0Ax-evil: 1 %C3%BC');
  });
});
