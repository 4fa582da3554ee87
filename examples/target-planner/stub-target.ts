import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a stub target is asked. */
export interface StubAsked {
  /** The text of the last message. */
  readonly prompt: string;
  readonly stream: boolean;
}

/** How a stub target behaves: what it says, after how long. It thinks nothing; that is the point. */
export interface StubBehaviour {
  readonly model: string;
  readonly answer: (asked: StubAsked) => string;
  readonly delayMs?: number;
}

/**
 * A model as far as others can see: a loopback server that speaks the Chat Completions API and says what it was told to say.
 * Its tokens are counted as one for four characters.
 */
export class StubTarget implements AsyncDisposable {
  readonly #server: Server;
  readonly #behaviour: StubBehaviour;
  /** How many requests it has answered. */
  served = 0;

  private constructor(behaviour: StubBehaviour) {
    this.#behaviour = behaviour;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.keepAliveTimeout = 60_000;
  }

  static async start(behaviour: StubBehaviour): Promise<StubTarget> {
    const stub = new StubTarget(behaviour);
    await new Promise<void>((resolve) => stub.#server.listen(0, '127.0.0.1', resolve));
    return stub;
  }

  /** As the official client takes it. */
  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { model, answer, delayMs = 0 } = this.#behaviour;
    if (request.method === 'GET') return json(response, { object: 'list', data: [{ id: model, object: 'model' }] });
    const body = JSON.parse(await textOf(request)) as { messages: { content: unknown }[]; stream?: boolean };
    const prompt = wordsOf(body.messages.at(-1)?.content);
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    this.served++;
    const said = answer({ prompt, stream: body.stream === true });
    const usage = usageOf(JSON.stringify(body.messages), said);
    const head = { id: `stub-${this.served}`, created: 1_790_000_000, model };
    if (body.stream !== true) {
      const message = { role: 'assistant', content: said, refusal: null };
      return json(response, {
        ...head,
        object: 'chat.completion',
        choices: [{ index: 0, message, finish_reason: 'stop', logprobs: null }],
        usage,
      });
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (data: object) => response.write(`data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', ...data })}\n\n`);
    for (const content of said.match(/\S+\s*/g) ?? []) send({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
    send({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
    send({ choices: [], usage });
    response.end('data: [DONE]\n\n');
  }
}

/** A short stay at a target in US dollars and tokens, as it would be billed. */
function usageOf(prompt: string, said: string) {
  const [prompt_tokens, completion_tokens] = [Math.ceil(prompt.length / 4), Math.ceil(said.length / 4)];
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}

function wordsOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return Array.isArray(content)
    ? content.map((part: { text?: string; image_url?: { url: string } }) => part.text ?? part.image_url?.url ?? '').join('\n')
    : '';
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

function json(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
