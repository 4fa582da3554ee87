import { Hono, type Context } from 'hono';
import type { HttpBindings } from '@hono/node-server';
import { DurableFlowError } from '../../errors/index.js';
import { answerHeaders } from './answer-headers.js';
import type { Access } from './access.js';
import { askedCheck } from './asked-check.js';
import { constraintsOf } from './constraint-fields.js';
import { eventStream } from './event-stream.js';
import type { OpenRequests } from './open-requests.js';
import { ProxyError, wireError, type WireError } from './proxy-error.js';
import { readChatRequest } from './read-chat-request.js';
import type { ServedPlanner } from './served-planner.js';
import type { AskOptions } from '../answered.js';
import type { PlanTrace } from '../plan-trace.js';

/** One request, as the log has it: no prompt, no answer, no key. */
export interface ServedRequest {
  readonly method: string;
  readonly path: string;
  /** 499 if the client went away before the end. */
  readonly status: number;
  readonly streamed: boolean;
  readonly requestId: string | undefined;
  readonly targetId: string | undefined;
  readonly costUsd: number | undefined;
  readonly durationMs: number;
  /** The code of the error that the client got. */
  readonly error: string | undefined;
  /** What went wrong in the proxy itself; for its log alone. */
  readonly fault: unknown;
}

/** What the routes work with. */
export interface ProxyParts {
  readonly planner: ServedPlanner;
  readonly access: Access;
  readonly open: OpenRequests;
  readonly maxBodyBytes: number;
  readonly keepAliveMs: number;
  /** A trace as a page. */
  readonly page: ((trace: PlanTrace) => string) | undefined;
  readonly onRequest: (served: ServedRequest) => void;
}

interface Env {
  Bindings: HttpBindings;
  Variables: { served: Partial<ServedRequest>; streams: boolean };
}
type Asked = Context<Env>;

/** The routes of the proxy. */
export function proxyApp(parts: ProxyParts): Hono<Env> {
  const app = new Hono<Env>();
  const { access, planner, onRequest } = parts;

  app.use(async (context, next) => {
    const began = performance.now();
    context.set('served', {});
    await next();
    // What is streamed ends later, and is told of then.
    if (context.get('streams')) return;
    onRequest(entryOf(context, began, {}));
  });
  app.use(async (context, next) => {
    const header = (name: string) => context.req.header(name);
    const caller = { host: header('host'), origin: header('origin'), authorization: header('authorization') };
    access.checkSource(caller);
    if (context.req.path !== '/healthz') access.checkToken(caller);
    await next();
    context.header('x-content-type-options', 'nosniff');
    context.header('cache-control', 'no-store');
  });

  app.get('/healthz', (context) => {
    const { stopping } = parts.open;
    return context.json({ status: stopping ? 'stopping' : 'ok' }, stopping ? 503 : 200);
  });
  app.get('/v1/models', (context) => context.json({ object: 'list', data: planner.models() }));
  app.get('/v1/models/:id{.+}', (context) => {
    const id = context.req.param('id');
    const model = planner.models().find((it) => it.id === id);
    if (!model) throw new ProxyError(404, 'model_not_found', `There is no model ${id}.`, { param: 'model' });
    return context.json(model);
  });
  app.get('/v1/plans/:id', (context) => showPlan(context, parts));
  app.post('/v1/chat/completions', (context) => chat(context, parts));

  for (const [path, allowed] of [
    ['/healthz', 'GET'],
    ['/v1/models', 'GET'],
    ['/v1/plans/:id', 'GET'],
    ['/v1/chat/completions', 'POST'],
  ] as const)
    // prettier-ignore
    app.all(path, () => {
      throw new ProxyError(405, 'method_not_allowed', `Only ${allowed} is answered here.`, { headers: { allow: allowed } });
    });
  app.all('/v1/responses', () => {
    throw new ProxyError(404, 'unsupported_endpoint', 'The Responses API is not served; use POST /v1/chat/completions.');
  });
  app.notFound(() => {
    throw new ProxyError(
      404,
      'unsupported_endpoint',
      'There is nothing here; the proxy serves /v1/chat/completions, /v1/models and /v1/plans/ID.',
    );
  });
  app.onError((error, context) => {
    const served = context.get('served');
    const wire = wireError(error);
    context.set('served', { ...served, error: wire.body.error.code, ...(wire.status === 500 && { fault: error }) });
    const requestId =
      error instanceof DurableFlowError && typeof error.details['requestId'] === 'string' ? error.details['requestId'] : undefined;
    if (requestId !== undefined) context.set('served', { ...context.get('served'), requestId });
    return context.json(wire.body, wire.status, { ...(requestId !== undefined && answerHeaders({ requestId })), ...wire.headers });
  });
  return app;
}

function showPlan(context: Asked, { planner, page }: ProxyParts): Response | Promise<Response> {
  const trace = planner.trace(context.req.param('id')!);
  if (!page || !(context.req.header('accept') ?? '').includes('text/html')) return context.json(trace);
  return context.html(page(trace), 200, {
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
  });
}

async function chat(context: Asked, parts: ProxyParts): Promise<Response> {
  const began = performance.now();
  const { planner, open: requests, keepAliveMs, onRequest } = parts;
  const open = requests.begin(context.req.raw.signal);
  let isStreamed = false;
  try {
    const { request, planner: inBody } = await readChatRequest(context.env.incoming, parts.maxBodyBytes);
    const said = constraintsOf((name) => context.req.header(name), inBody);
    const check = said.check ?? askedCheck(request);
    const constraints = { ...said, ...(check && { check }) };
    const asked: AskOptions = { ...idsOf(context), signal: open.signal };
    if (request.stream !== true) {
      const { requestId, completion, targetId, costUsd, isChecked } = await planner.complete(request, constraints, asked);
      context.set('served', { requestId, targetId, costUsd });
      return context.json(completion, 200, answerHeaders({ requestId, targetId, costUsd, ...(check && { isChecked }) }));
    }
    const opening = planner.stream(request, constraints, asked);
    // An error before the first token is an answer with its status, unless it takes too long to know.
    const committed = await within(opening, keepAliveMs);
    for (const [name, value] of Object.entries(committed ? answerHeaders(committed) : {})) context.header(name, value);
    isStreamed = true;
    context.set('streams', true);
    context.set('served', { streamed: true });
    return eventStream(context, {
      chunks: opening.then(({ requestId, targetId, chunks }) => {
        context.set('served', { streamed: true, requestId, targetId });
        return chunks;
      }),
      open,
      keepAliveMs,
      onEnd: (failure) => onRequest(entryOf(context, began, { failure, clientIsGone: open.clientIsGone })),
    });
  } catch (error) {
    // Nobody is there to read it.
    if (open.clientIsGone && !open.ended) {
      context.set('served', { ...context.get('served'), status: 499 });
      return context.body(null);
    }
    throw open.ended ?? error;
  } finally {
    if (!isStreamed) open[Symbol.dispose]();
  }
}

/** The value if it is there in time; undefined if it is not. Rejects as the promise does. */
async function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Names that the client gave its request. A request id of another form than ours is not taken up; a key must be right. */
function idsOf(context: Asked): Pick<AskOptions, 'requestId' | 'idempotencyKey'> {
  const requestId = context.req.header('x-request-id');
  const key = context.req.header('idempotency-key');
  if (key !== undefined && !/^[\x21-\x7e]{1,255}$/.test(key))
    throw new ProxyError(400, 'invalid_idempotency_key', 'The key must have 1 to 255 printable characters and no space.', {
      param: 'Idempotency-Key',
    });
  return {
    ...(requestId !== undefined && isRequestId(requestId) && { requestId }),
    ...(key !== undefined && { idempotencyKey: key }),
  };
}

/** Names that begin with `key-` are those of requests with an idempotency key. */
const isRequestId = (name: string) => /^(?!key-)[A-Za-z0-9][\w.:-]{0,127}$/.test(name);

function entryOf(
  context: Asked,
  began: number,
  end: { readonly failure?: WireError | undefined; readonly clientIsGone?: boolean },
): ServedRequest {
  const { status = context.res.status, requestId, targetId, costUsd, error, streamed = false, fault } = context.get('served');
  return {
    method: context.req.method,
    path: context.req.path,
    status: end.clientIsGone ? 499 : status,
    streamed,
    requestId,
    targetId,
    costUsd,
    durationMs: performance.now() - began,
    error: end.failure?.body.error.code ?? error,
    fault,
  };
}
