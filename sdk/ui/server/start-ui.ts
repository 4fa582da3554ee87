import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { basename } from 'node:path';
import { shellWord } from '../../cli/next-steps.js';
import { version } from '../../cli/version.js';
import type { DurableFlow } from '../../durable-flow.js';
import { DurableFlowError } from '../../errors/index.js';
import { isLoopback } from '../../http/is-loopback.js';
import type { Refusal } from '../contract.js';
import { answerHeaders } from './answer-headers.js';
import { FileWatch } from '../../sqlite/file-watch.js';
import { Changes, type ChangeSource } from './changes.js';
import { readPageFiles } from './page-files.js';
import { Reports } from './reports.js';
import { Sessions } from './sessions.js';
import { refusal, type RefusalStatus } from './ui-error.js';

/** Options of `startUi`. */
export interface UiOptions {
  /** The file that the flow was opened on. */
  readonly file: string;
  /** What the flow was opened on, if that is no file; `file` is then its name. */
  readonly source?: ChangeSource;
  /** Who decides: each gets a link of their own, and what is done by it is recorded in that name. */
  readonly deciders: readonly string[];
  /** Default `127.0.0.1`. Any other than a loopback address needs `allowHosts`. */
  readonly host?: string;
  /** Default 0: any that is free. */
  readonly port?: number;
  /** Names, besides those of this machine, under which the page may be called, without the port. */
  readonly allowHosts?: readonly string[];
  /** The page only looks. */
  readonly readOnly?: boolean;
  /** Whether this process executes runs, as the page then says. */
  readonly works?: boolean;
  /** Folders with reports of the readiness kit and of Colony. */
  readonly reports?: readonly string[];
  /** Is told of errors that the page is not told of: its number there, and what was thrown. */
  readonly onFault?: (number: number, error: unknown) => void;
  /** The built page; for tests. */
  readonly assets?: string;
}

/** A page that is served. */
export interface RunningUi extends AsyncDisposable {
  /** Such as `http://127.0.0.1:4747`. */
  readonly url: string;
  /** What each decider opens. Who has a link decides in that name, so give it to nobody else. */
  readonly links: readonly { readonly decider: string; readonly link: string }[];
  /** Ends all connections, those of open pages included. The flow stays open. */
  stop(): Promise<void>;
}

/**
 * Serves a page over a flow's file: runs, the approvals inbox, doubts, spend, lineage, traces and reports. Throws `DF_UI_UNGUARDED`,
 * `DF_UI_LISTEN`, `DF_UI_ASSETS`, and `DF_INVALID_INPUT` if there is nobody to decide.
 */
export async function startUi(flow: DurableFlow, options: UiOptions): Promise<RunningUi> {
  const { file, deciders, host = '127.0.0.1', port = 0, readOnly = false, works = false, onFault = () => {} } = options;
  if (deciders.length === 0 || deciders.some((name) => name.trim() === ''))
    throw new DurableFlowError('DF_INVALID_INPUT', 'startUi needs the names of those who decide');
  const allowedHosts = (options.allowHosts ?? []).map((name) => name.toLowerCase());
  if (!isLoopback(host) && allowedHosts.length === 0)
    throw new DurableFlowError('DF_UI_UNGUARDED', `the page would be served on ${host} under any name`);
  const files = readPageFiles(options.assets);
  const [{ getRequestListener }, { uiApp }] = await Promise.all([import('@hono/node-server'), import('./ui-app.js')]);
  const server = createServer({
    maxHeaderSize: 16 * 1024,
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    connectionsCheckingInterval: 2_000,
  });
  server.on('clientError', refuseUnreadable);
  await listen(server, host, port);
  const { address, family, port: bound } = server.address() as AddressInfo;
  const sessions = new Sessions([...new Set(deciders)]);
  const changes = new Changes(options.source ?? new FileWatch(file));
  const name = options.source ? file : basename(file);
  let faults = 0;
  const app = uiApp({
    flow,
    sessions,
    changes,
    reports: new Reports(options.reports ?? []),
    files,
    allowedHosts,
    cookieName: `durableflow_${bound}`,
    about: { canDecide: !readOnly, signs: flow.signsDecisions, works, file: name, version: version() },
    caller: { self: `durableflow --db ${shellWord(name)}`, onServer: options.source !== undefined },
    onFault: (error) => {
      onFault(++faults, error);
      return faults;
    },
  });
  const answer = getRequestListener((request) => app.fetch(request), {
    // A library leaves the globals of its process alone.
    overrideGlobalObjects: false,
    errorHandler: () => Response.json(refusal('DF_UI_REQUEST', 'the request cannot be read'), { status: 400 }),
  });
  server.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    for (const [name, value] of Object.entries(answerHeaders)) outgoing.setHeader(name, value);
    if (methods.has(incoming.method ?? '')) void answer(incoming, outgoing);
    else refuseMethod(outgoing);
  });
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`;
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    changes.close();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    // What is being answered gets out; a page that stays open holds us up for no longer.
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 250).unref();
    await closed;
  };
  const running: RunningUi = {
    url,
    links: [...new Set(deciders)].map((decider, index) => ({
      decider,
      link: `${linkBase(url, allowedHosts, host, bound)}/#token=${sessions.tokens[index]!}`,
    })),
    stop: () => (stopped ??= stop()),
    [Symbol.asyncDispose]: () => running.stop(),
  };
  return running;
}

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'DELETE']);

/** An address that only we listen on is called by one of its names. */
function linkBase(url: string, [name]: readonly string[], host: string, port: number): string {
  return isLoopback(host) || name === undefined ? url : `http://${name}:${port}`;
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'another program has the port' : cause.message;
      reject(new DurableFlowError('DF_UI_LISTEN', `the page cannot be served on ${host}:${port}: ${why}`, { cause }));
    });
    server.listen(port, host, resolve);
  });
}

function refuseMethod(outgoing: ServerResponse): void {
  outgoing.writeHead(405, { allow: [...methods].join(', '), 'content-type': 'application/json', connection: 'close' });
  outgoing.end(JSON.stringify(refusal('DF_UI_REQUEST', 'this method is not answered')));
}

/** What Node's parser refuses is told in the same shape, under the same headers. */
function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const [status, reason, what] = unreadable(error.code);
  const body = JSON.stringify(refusal('DF_UI_REQUEST', what) satisfies Refusal);
  const headers = {
    ...answerHeaders,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}\r\n${body}`);
}

function unreadable(cause: string | undefined): readonly [RefusalStatus, string, string] {
  if (cause === 'HPE_HEADER_OVERFLOW') return [431, 'Request Header Fields Too Large', 'the headers have more than 16 KiB'];
  if (cause === 'ERR_HTTP_REQUEST_TIMEOUT') return [408, 'Request Timeout', 'the request did not come in time'];
  return [400, 'Bad Request', 'this is no HTTP request'];
}
