import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { DurableFlowError } from '../../errors/index.js';
import type { PlanTrace } from '../plan-trace.js';
import { Access } from './access.js';
import { OpenRequests } from './open-requests.js';
import type { ServedRequest } from './proxy-app.js';
import { ProxyError, wireError } from './proxy-error.js';
import type { ServedPlanner } from './served-planner.js';

/** Options of `startProxy`; lengths of time in milliseconds. */
export interface ProxyOptions {
  /** Default `127.0.0.1`. Another address than a loopback one needs a token. */
  readonly host?: string;
  /** Default 0: any that is free. */
  readonly port?: number;
  /** What clients have to give as their API key; at least 16 characters. */
  readonly token?: string;
  /** Default 4 MiB. */
  readonly maxBodyBytes?: number;
  /** How long a request may take altogether, whatever it asks for. Default ten minutes, as the official client has it. */
  readonly requestTimeoutMs?: number;
  /** How often a stream without news says that it is there; also how long the first token is waited for before a stream is begun. Default 15 s. */
  readonly keepAliveMs?: number;
  /** A trace as a page, for browsers. */
  readonly page?: (trace: PlanTrace) => string;
  /** Is told of every request when it is done. */
  readonly onRequest?: (served: ServedRequest) => void;
}

/** A proxy that listens. */
export interface RunningProxy extends AsyncDisposable {
  /** Such as `http://127.0.0.1:4141`; clients want `/v1` behind it. */
  readonly url: string;
  /** Refuses new requests with 503, lets those on their way end for up to `graceMs` (default 10 s), then ends them and hears no more. */
  stop(options?: { readonly graceMs?: number }): Promise<void>;
}

/** Serves a planner as the OpenAI API. Throws `DF_PROXY_UNGUARDED` and `DF_PROXY_LISTEN`. */
export async function startProxy(planner: ServedPlanner, options: ProxyOptions = {}): Promise<RunningProxy> {
  const { host = '127.0.0.1', port = 0, token, page, onRequest = () => {} } = options;
  const access = new Access({ host, token });
  // The router is loaded by those who serve, not by all who plan.
  const [{ getRequestListener }, { proxyApp }] = await Promise.all([import('@hono/node-server'), import('./proxy-app.js')]);
  const open = new OpenRequests(options.requestTimeoutMs ?? 600_000);
  const app = proxyApp({
    planner,
    access,
    open,
    maxBodyBytes: options.maxBodyBytes ?? 4 * 1024 * 1024,
    keepAliveMs: options.keepAliveMs ?? 15_000,
    page,
    onRequest,
  });
  const answer = getRequestListener((request, env) => app.fetch(request, env), {
    // A library leaves the globals of its process alone.
    overrideGlobalObjects: false,
    errorHandler: (error) => {
      const { status, body } = wireError(
        new ProxyError(400, 'invalid_request', `The request cannot be read: ${(error as Error).message}.`),
      );
      return Response.json(body, { status });
    },
  });
  const server = createServer(
    {
      maxHeaderSize: 16 * 1024,
      headersTimeout: 10_000,
      requestTimeout: 60_000,
      connectionsCheckingInterval: 5_000,
      keepAliveTimeout: 65_000,
    },
    (incoming, outgoing) => void answer(incoming, outgoing),
  );
  server.on('clientError', refuseUnreadable);
  await listen(server, host, port);
  const { address, family, port: bound } = server.address() as AddressInfo;
  let stopped: Promise<void> | undefined;
  const stop = async (graceMs: number) => {
    await open.drain(graceMs);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    // What is on the wire of the last answers gets out; nobody holds us up.
    setTimeout(() => server.closeAllConnections(), 500).unref();
    await closed;
  };
  const proxy: RunningProxy = {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    stop: ({ graceMs = 10_000 } = {}) => (stopped ??= stop(graceMs)),
    [Symbol.asyncDispose]: () => proxy.stop({ graceMs: 0 }),
  };
  return proxy;
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new DurableFlowError('DF_PROXY_LISTEN', `the proxy cannot listen on ${host}:${port}: ${cause.message}`, { cause })),
    );
    server.listen(port, host, resolve);
  });
}

/** What Node's parser refuses is told in the same shape as everything else. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const { status, reason, code, message } = unreadable(error.code);
  const body = JSON.stringify(wireError(new ProxyError(status, code, message)).body);
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

function unreadable(cause: string | undefined) {
  if (cause === 'HPE_HEADER_OVERFLOW')
    return {
      status: 431,
      reason: 'Request Header Fields Too Large',
      code: 'headers_too_large',
      message: 'The headers have more than 16 KiB.',
    } as const;
  if (cause === 'ERR_HTTP_REQUEST_TIMEOUT')
    return { status: 408, reason: 'Request Timeout', code: 'request_timeout', message: 'The request did not come in time.' } as const;
  return { status: 400, reason: 'Bad Request', code: 'invalid_request', message: 'This is no HTTP request.' } as const;
}
