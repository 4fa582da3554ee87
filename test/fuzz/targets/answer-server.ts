import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A model's endpoint on loopback, which answers whatever it is told to, as a stream of events or as JSON. */
export class AnswerServer {
  /** The next answer. */
  answer: { readonly body: string; readonly type: string } = { body: '', type: 'application/json' };
  readonly #server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': this.answer.type, connection: 'keep-alive' });
    response.end(this.answer.body);
  });

  static async open(): Promise<AnswerServer> {
    const server = new AnswerServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    // The thread ends when its work is done.
    server.#server.unref();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** As a stream of events where it looks like one. */
  set next(body: string) {
    this.answer = { body, type: /^(?:data|event|:)/m.test(body) ? 'text/event-stream' : 'application/json' };
  }
}
