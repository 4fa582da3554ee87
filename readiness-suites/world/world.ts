import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TokenCounter } from '../../sdk/context/index.js';
import type { EndpointFront } from './endpoint-front.js';
import type { Fault } from './fault.js';
import type { Kill } from './kill-plan.js';
import { Meeting } from './meeting.js';
import { ModelService, type ModelBehaviour } from './model-service.js';
import { readBody } from './respond.js';
import type { ToolBench } from './tool-bench.js';
import { ToolService, type Caller, type CallScope, type Classify } from './tool-service.js';
import { WorldLog } from './world-log.js';

/** What a world is made of. */
export interface WorldOptions {
  readonly bench: ToolBench;
  readonly fronts: readonly EndpointFront[];
  readonly behaviour: ModelBehaviour;
  readonly fault: Fault;
  readonly classify: Classify;
  readonly honoursKeys: boolean;
  readonly kills: readonly Kill[];
  readonly countTokens: TokenCounter;
  readonly window: number;
  /** Does to a process under test what is planned for it; true if it is spared, and goes on. */
  readonly strike: (life: number, at: string) => boolean;
  /** Called when an answer is kept back. */
  readonly onWait?: () => void;
}

/**
 * Everything outside of the agent's process: a server on loopback that answers its tools and models, survives it, and
 * keeps the log that verdicts are made of.
 */
export class World {
  readonly log = new WorldLog();
  readonly #options: WorldOptions;
  readonly #tools: ToolService;
  readonly #models: ModelService;
  readonly #meeting = new Meeting();
  readonly #server: Server;

  private constructor(options: WorldOptions) {
    const { log } = this;
    this.#options = options;
    this.#tools = new ToolService({ ...options, log, strike: (at, life) => this.#strike(at, life) });
    this.#models = new ModelService({ ...options, log });
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        if (!response.headersSent) response.writeHead(500);
        response.end(String(error));
      });
    });
  }

  static async open(options: WorldOptions): Promise<World> {
    const world = new World(options);
    // A process that is busy for a while must find its connections as it left them.
    world.#server.keepAliveTimeout = 0;
    await new Promise<void>((resolve) => world.#server.listen(0, '127.0.0.1', resolve));
    return world;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, service = '', name = '', rest = ''] = /^\/([a-z]+)\/([^/?]*)\/?(.*)$/.exec(request.url ?? '') ?? [];
    const life = Number(request.headers['x-readiness-life'] ?? 1);
    const body = await readBody(request);
    switch (service) {
      case 'tool':
        return this.#tools.answer(decodeURIComponent(name), decodeURIComponent(rest), body.toString(), callerOf(request, life), response);
      case 'model': {
        const [api = ''] = rest.split('/');
        return this.#models.answer(name, api, JSON.parse(body.toString()) as Record<string, unknown>, life, response);
      }
      case 'reach':
        // The process waits here for its end, unless it is spared.
        if (this.#strike(decodeURIComponent(rest), life)) response.writeHead(204).end();
        return;
      case 'note':
        this.log.fired.push(decodeURIComponent(rest));
        response.writeHead(204).end();
        return;
      case 'meet':
        if (this.#meeting.join(Number(rest), () => response.writeHead(204).end())) this.log.fired.push(`${rest} processes began at once`);
        return;
      case 'endpoint': {
        const front = this.#options.fronts.find((it) => it.name === decodeURIComponent(name));
        if (front) return front.answer({ request, path: `/${rest}`, body, life, response, log: this.log, ...this.#options, strike: (at) => this.#strike(at, life) });
      }
    } // prettier-ignore
    response.writeHead(404);
    response.end();
  }

  #strike(at: string, life: number): boolean {
    this.log.fired.push(at);
    return this.#options.strike(life, at);
  }
}

function callerOf(request: IncomingMessage, life: number): Caller {
  const key = request.headers['x-readiness-key'];
  return { life, scope: scopeOf(request), key: typeof key === 'string' ? decodeURIComponent(key) : undefined };
}

function scopeOf({ headers }: IncomingMessage): CallScope {
  const [kind = 'none', method = ''] = String(headers['x-readiness-scope'] ?? '').split(' ');
  return { kind: kind === 'effect' || kind === 'reconcile' || kind === 'step' ? kind : 'none', method: decodeURIComponent(method) };
}
