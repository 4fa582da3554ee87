import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json, type StubReply } from '../../models/fixtures/stub-server.js';

export interface StubInstance {
  readonly id: number;
  readonly label: string;
  actual_status: string | null;
  dph_total: number;
}

export interface Call {
  /** Such as `PUT /api/v0/asks/7/`. */
  readonly what: string;
  readonly authorization: string | undefined;
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
}

/** A fault that replaces the next answer to calls that begin so; a call that is carried out has its effect all the same. */
export interface Fault {
  readonly on: string;
  readonly reply: StubReply;
  readonly carriedOut?: boolean;
}

const key = 'the-key';
const perPage = 25;

/** Vast.ai's REST API on loopback, as far as the client uses it: offers, asks, instances by page and label, and their end. */
export class VastStub implements AsyncDisposable {
  readonly calls: Call[] = [];
  readonly instances = new Map<number, StubInstance>();
  readonly faults: Fault[] = [];
  /** What a new machine costs an hour. */
  price = 0.4;
  readonly #server: Server;
  #nextId = 1000;

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request).then((reply) => reply(response, undefined as never)));
  }

  static async start(): Promise<VastStub> {
    const stub = new VastStub();
    await new Promise<void>((resolve) => stub.#server.listen(0, '127.0.0.1', resolve));
    return stub;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The calls that were made, without their fields. */
  get made(): string[] {
    return this.calls.map(({ what }) => what);
  }

  add(label: string, actual_status: string | null = 'running'): StubInstance {
    const instance = { id: this.#nextId++, label, actual_status, dph_total: this.price };
    this.instances.set(instance.id, instance);
    return instance;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage): Promise<StubReply> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { pathname, searchParams } = new URL(request.url!, this.url);
    const call: Call = {
      what: `${request.method} ${pathname}`,
      authorization: request.headers.authorization,
      query: searchParams,
      body: body === '' ? {} : (JSON.parse(body) as Record<string, unknown>),
    };
    this.calls.push(call);
    const fault = this.faults.findIndex(({ on }) => call.what.startsWith(on));
    const [struck] = fault < 0 ? [] : this.faults.splice(fault, 1);
    if (struck && !struck.carriedOut) return struck.reply;
    const answer = this.#answer(call);
    return struck?.reply ?? answer;
  }

  #answer({ what, authorization, query, body }: Call): StubReply {
    if (authorization !== `Bearer ${key}`) return json(401, { success: false, error: 'auth_error', msg: 'Invalid user key' });
    if (what === 'POST /api/v0/bundles/') {
      const offer = {
        id: 7,
        ask_contract_id: 7,
        gpu_name: 'RTX 4090',
        num_gpus: 1,
        dph_base: 0.36,
        dph_total: 0.4,
        min_bid: 0.11,
        score: 9,
      };
      return json(200, { offers: [offer] });
    }
    if (what.startsWith('PUT /api/v0/asks/')) {
      return json(200, { success: true, new_contract: this.add(String(body['label']), null).id });
    }
    if (what === 'GET /api/v1/instances/') return this.#page(query);
    const id = Number(/^DELETE \/api\/v0\/instances\/(\d+)\/$/.exec(what)?.[1]);
    if (!this.instances.delete(id)) return json(404, { success: false, error: 'no_such_instance', msg: `Instance ${id} not found` });
    return json(200, { success: true, msg: 'Instance destroyed successfully' });
  }

  #page(query: URLSearchParams): StubReply {
    const filters = JSON.parse(query.get('select_filters') ?? '{}') as { label?: { eq: string } };
    const rows = [...this.instances.values()].filter(({ label }) => filters.label === undefined || label === filters.label.eq);
    const from = Number(query.get('after_token') ?? 0);
    const page = rows.slice(from, from + perPage);
    const next = from + perPage < rows.length ? String(from + perPage) : null;
    return json(200, { success: true, instances_found: page.length, total_instances: rows.length, instances: page, next_token: next });
  }
}
