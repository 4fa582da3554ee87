import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { readFileSync, readdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { projectRoot } from '../../docs/code-blocks.js';
import { sampleData, type SampleData } from './sample-data.js';

/** The policy that the page must work under. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
const reportPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.html': 'text/html; charset=utf-8',
};

/** What the page has sent. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly csrf: string | undefined;
  readonly body: unknown;
}

/** A server that keeps to the contract with data that no run could be brought to give, and faults on demand. */
export interface ContractServer {
  readonly url: string;
  readonly data: SampleData;
  readonly sent: readonly Sent[];
  /** Tells all pages that something has changed. */
  change(): void;
  /** Answers the next thing that is sent with a refusal. */
  refuseNext(status: number, code: string, what: string, fix?: string): void;
  /** Ends all connections and answers none, until `back`. */
  away(): Promise<void>;
  back(): Promise<void>;
  /** Forgets all sessions, as a restart does. */
  forget(): void;
  close(): Promise<void>;
}

const token = 'T0ken_of-the-link';
const assets = join(projectRoot, 'sdk/ui/assets');

export async function startContractServer(): Promise<ContractServer> {
  const data = sampleData();
  const sent: Sent[] = [];
  const listeners = new Set<ServerResponse>();
  let refusal: { status: number; error: object } | undefined;
  let signedIn = false;
  const files = new Map(readdirSync(assets).map((name) => [name, readFileSync(join(assets, name))]));

  const json = (response: ServerResponse, body: unknown, status = 200) => {
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(body));
  };
  const refuse = (response: ServerResponse, status: number, code: string, what: string) =>
    json(response, { error: { code, what, fix: null } }, status);

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://page');
    const method = request.method!;
    if (pathname.startsWith('/assets/')) {
      const file = files.get(pathname.slice('/assets/'.length));
      if (!file) return void response.writeHead(404).end();
      return void response.writeHead(200, { 'content-type': types[extname(pathname)]!, 'content-security-policy': policy }).end(file);
    }
    if (pathname === '/api/session' && method === 'POST') {
      const body = JSON.parse(await bodyOf(request)) as { token: string };
      if (body.token !== token) return refuse(response, 401, 'DF_UI_SIGNED_OUT', 'This link is not valid.');
      signedIn = true;
      response.setHeader('set-cookie', 'durableflow_0=session; HttpOnly; SameSite=Strict; Path=/');
      return json(response, data.session);
    }
    const guarded = pathname.startsWith('/api/') || pathname.startsWith('/reports/');
    if (guarded && !(signedIn && request.headers.cookie === 'durableflow_0=session'))
      return refuse(response, 401, 'DF_UI_SIGNED_OUT', 'Open the link again.');
    if (pathname === '/api/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': here\n\n');
      listeners.add(response);
      return void response.on('close', () => listeners.delete(response));
    }
    if (pathname.startsWith('/reports/')) {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': reportPolicy });
      return void response.end(
        '<!doctype html><title>A report</title><style>body{font-family:sans-serif}</style><h1>Ship</h1><script>parent.owned=1</script>',
      );
    }
    if (method === 'POST') {
      const body: unknown = JSON.parse(await bodyOf(request));
      sent.push({ method, path: pathname, csrf: request.headers['x-durableflow-csrf']?.toString(), body });
      if (refusal) {
        const { status, error } = refusal;
        refusal = undefined;
        return json(response, { error }, status);
      }
      return json(response, data.post(pathname, body as never));
    }
    if (pathname.startsWith('/api/')) {
      const found = data.get(pathname, searchParams);
      return found === undefined ? refuse(response, 404, 'DF_RUN_NOT_FOUND', `There is nothing at ${pathname}.`) : json(response, found);
    }
    response.writeHead(200, { 'content-type': types['.html']!, 'content-security-policy': policy }).end(files.get('index.html'));
  };

  const server = createServer((request, response) => void answer(request, response));
  const listen = (port: number) => new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve));
  const away = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/#token=${token}`,
    data,
    sent,
    change: () => listeners.forEach((response) => response.write('event: change\ndata:\n\n')),
    refuseNext: (status, code, what, fix) => (refusal = { status, error: { code, what, fix: fix ?? null } }),
    away,
    back: () => listen(port),
    forget: () => (signedIn = false),
    close: away,
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const part of request) body += String(part);
  return body;
}
