import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Customer, Order, Refund } from './schemas.js';
import { scriptedSupport, type ChatAnswer, type ChatMessage } from './scripted-support.js';

/** Something that the shop or the model was asked for. */
export interface Seen {
  readonly what: 'model' | 'customer' | 'order' | 'refund' | 'findRefund';
  /** From 1, of its kind. */
  readonly number: number;
}

/** A question to the model, as it came over the wire. */
export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  readonly stream?: boolean;
}

const customers: readonly Customer[] = [{ email: 'ines@mailhaus.example', name: 'Ines' }];
const orders: readonly Order[] = [
  { id: 'O-7', customer: 'ines@mailhaus.example', item: 'teapot', paidCents: 4150, note: 'Please ring twice.' },
];

/**
 * The outside world of the stories, on the loopback: a shop with an API, and a model that speaks the Chat Completions API.
 * It lives in another process than the agents do, so what it has seen is what has happened.
 */
export class ShopServer implements AsyncDisposable {
  readonly seen: Seen[] = [];
  readonly chats: ChatRequest[] = [];
  /** By key: more than one under a key would be money paid twice. */
  readonly refunds: (Refund & { readonly key: string })[] = [];
  /** Called when something was asked for and has taken effect; what it awaits holds the answer back. */
  beforeAnswer: (seen: Seen) => Promise<void> | void = () => {};
  /** How the model answers. */
  model: (messages: readonly ChatMessage[]) => ChatAnswer = scriptedSupport;
  /** Statuses with which the model turns the next requests away. */
  failures: number[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async open(): Promise<ShopServer> {
    const shop = new ShopServer();
    await new Promise<void>((resolve) => shop.#server.listen(0, '127.0.0.1', resolve));
    return shop;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How often each was asked for. */
  count(what: Seen['what']): number {
    return this.seen.filter((it) => it.what === what).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse((await text(request)) || 'null') as unknown;
    const [, place = '', name = ''] = (request.url ?? '').split('/').map(decodeURIComponent);
    if (place === 'v1') return this.#chat(body as ChatRequest, response);
    if (place === 'customers') return this.#answer('customer', response, () => customers.find(({ email }) => email === name));
    if (place === 'orders') return this.#answer('order', response, () => orders.find(({ id }) => id === name));
    if (request.method === 'GET') return this.#answer('findRefund', response, () => this.refunds.find(({ key }) => key === name) ?? null);
    return this.#answer('refund', response, () =>
      this.#refund(body as Omit<Refund, 'receipt'>, request.headers['idempotency-key'] as string),
    );
  }

  #refund(wanted: Omit<Refund, 'receipt'>, key: string): Refund {
    const refund = { receipt: `R-${this.refunds.length + 1}`, ...wanted };
    this.refunds.push({ ...refund, key });
    return refund;
  }

  async #answer(what: Seen['what'], response: ServerResponse, act: () => unknown): Promise<void> {
    const seen = { what, number: this.count(what) + 1 };
    this.seen.push(seen);
    const answer = act();
    await this.beforeAnswer(seen);
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? null));
  }

  async #chat(request: ChatRequest, response: ServerResponse): Promise<void> {
    const seen = { what: 'model', number: this.count('model') + 1 } as const;
    this.seen.push(seen);
    this.chats.push(request);
    await this.beforeAnswer(seen);
    const status = this.failures.shift();
    if (status !== undefined) {
      response.writeHead(status, { 'content-type': 'application/json' });
      return void response.end(JSON.stringify({ error: { message: `status ${status}`, type: 'error' } }));
    }
    const answer = this.model(request.messages);
    if (request.stream) streamAnswer(response, answer, seen.number);
    else {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(completion(answer, seen.number)));
    }
  }
}

const usage = { prompt_tokens: 120, completion_tokens: 20, total_tokens: 140 };

const toolCalls = ({ calls = [] }: ChatAnswer, number: number) =>
  calls.map(({ name, input }, index) => ({
    index,
    id: `call_${number}_${index + 1}`,
    type: 'function',
    function: { name, arguments: JSON.stringify(input) },
  }));

function completion(answer: ChatAnswer, number: number) {
  const calls = toolCalls(answer, number);
  return {
    id: `chat-${number}`,
    object: 'chat.completion',
    created: 1_700_000_000 + number,
    model: 'scripted-support',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: answer.text ?? null, ...(calls.length > 0 && { tool_calls: calls }) },
        finish_reason: calls.length > 0 ? 'tool_calls' : 'stop',
      },
    ],
    usage,
  };
}

function streamAnswer(response: ServerResponse, answer: ChatAnswer, number: number): void {
  const calls = toolCalls(answer, number);
  const chunk = (delta: object, finish: string | null = null) => ({
    id: `chat-${number}`,
    object: 'chat.completion.chunk',
    created: 1_700_000_000 + number,
    model: 'scripted-support',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  const words = answer.text?.match(/\s*\S+/g) ?? [];
  const chunks = [
    chunk({ role: 'assistant', content: '' }),
    ...words.map((content) => chunk({ content })),
    ...calls.map((call) => chunk({ tool_calls: [call] })),
    chunk({}, calls.length > 0 ? 'tool_calls' : 'stop'),
    { ...chunk({}), choices: [], usage },
  ];
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const it of chunks) response.write(`data: ${JSON.stringify(it)}\n\n`);
  response.end('data: [DONE]\n\n');
}
