import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Fault, ToolCall, WireReply } from './fault.js';
import type { Kill } from './kill-plan.js';
import { gap, sendGrown, trickle } from './respond.js';
import { keepsBack, shortArgs, type Classify } from './tool-service.js';
import type { ToolEntry, WorldLog } from './world-log.js';

/** One request on its way through a front, with what the world has to know of it. */
export interface FrontedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The path below the endpoint, with its query. */
  readonly path: string;
  readonly body: Buffer;
  readonly life: number;
  readonly log: WorldLog;
  readonly fault: Fault;
  readonly classify: Classify;
  readonly honoursKeys: boolean;
  readonly kills: readonly Kill[];
  readonly strike: (at: string, life: number) => boolean;
  readonly onWait?: () => void;
}

/** What an HTTP request was made in, nobody says. */
const noScope = { kind: 'none', method: '' } as const;
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);
const hopByHop = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'x-readiness-life', 'accept-encoding']);

/** Stands before a real HTTP endpoint, for agents that reach their tools in ways of their own: counts, and goes wrong. */
export class EndpointFront {
  readonly name: string;
  readonly #target: string;
  readonly #calls = new Map<string, number>();
  readonly #done = new Map<string, WireReply>();

  constructor(name: string, target: string) {
    this.name = name;
    this.#target = target.replace(/\/$/, '');
  }

  async answer(it: FrontedRequest): Promise<void> {
    const { request, response, path, body, life, log, fault, honoursKeys, kills } = it;
    const method = request.method ?? 'GET';
    const name = `${this.name} ${method} ${path.split('?')[0]}`;
    const kind = safeMethods.has(method) ? 'read' : it.classify(name, noScope);
    const header = request.headers['idempotency-key'];
    const key = typeof header === 'string' ? header : undefined;
    const nth = (this.#calls.get(name) ?? 0) + 1;
    this.#calls.set(name, nth);
    const args = [path, ...(body.length > 0 ? [parsed(body)] : [])];
    const call: ToolCall = { name, kind, args, key, nth, life };
    const entry: ToolEntry = {
      tool: name,
      kind,
      args: shortArgs(args),
      key,
      applied: false,
      approved: undefined,
      outcome: 'answered',
      life,
      atMs: log.now(),
      values: args,
      scope: noScope,
      answer: undefined,
    };
    log.tools.push(entry);
    const planned = fault.tool?.(call);
    if (planned) {
      entry.outcome = planned.label;
      log.fired.push(`${name}, call ${nth}`);
    }
    if (keepsBack(planned)) it.onWait?.();
    if (planned?.kind === 'silence') return;
    if (planned?.kind === 'trickle') return trickle(response);
    if (planned?.kind === 'failure') return send(response, { status: 502, headers: { 'content-type': 'text/plain' }, body: Buffer.from(planned.message) });
    const deed = key === undefined ? undefined : `${name} ${key}`;
    const known = kind === 'effect' && honoursKeys && deed !== undefined ? this.#done.get(deed) : undefined;
    if (known) entry.outcome = 'answered as before';
    const upstream = known ?? (await this.#forward(request, path, body));
    entry.answer = parsed(upstream.body);
    entry.applied = kind === 'effect' && !known && upstream.status < 400;
    if (deed !== undefined) this.#done.set(deed, upstream);
    const struck = kind === 'effect' && kills.some((kill) => kill.point === 'after_effect' && kill.effect === name && kill.life === life);
    if (struck && !it.strike(`${name}, after the effect`, life)) return;
    if (planned?.kind === 'late') await pause(planned.ms, undefined, { ref: false });
    if (planned?.kind === 'grown')
      return sendGrown(response, JSON.stringify(planned.make(parsed(upstream.body), gap)), planned.megabytes, upstream.headers['content-type']);
    if (planned?.kind === 'wire') return send(response, planned.spoil(upstream));
    send(response, planned?.kind === 'instead' ? { ...upstream, body: asBody(await planned.make(parsed(upstream.body))) } : upstream);
  } // prettier-ignore

  async #forward(request: IncomingMessage, path: string, body: Buffer): Promise<WireReply> {
    const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
      hopByHop.has(name) || typeof value !== 'string' ? [] : [[name, value]],
    );
    const response = await fetch(`${this.#target}${path}`, {
      method: request.method ?? 'GET',
      headers,
      ...(body.length > 0 && { body: new Uint8Array(body) }),
      redirect: 'manual',
    });
    const kept = [...response.headers].filter(([name]) => !hopByHop.has(name) && name !== 'content-encoding');
    return { status: response.status, headers: Object.fromEntries(kept), body: Buffer.from(await response.arrayBuffer()) };
  }
}

function send(response: ServerResponse, { status, headers, body, cutAfter }: WireReply): void {
  if (response.destroyed) return;
  response.writeHead(status, headers);
  if (cutAfter === undefined) return void response.end(body);
  response.write(body.subarray(0, cutAfter), () => response.destroy());
}

function parsed(body: Buffer): unknown {
  const text = body.toString();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const asBody = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
