import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A body that was begun, as its process reported it. */
export interface Execution {
  readonly step: string;
  /** What it was called with; no two runs have the same. */
  readonly about: string;
  readonly pid: number;
}

/** Something that really happened in the outside world. */
export interface Effect {
  readonly key: string;
  readonly pid: number;
}

/**
 * The outside world of the crash tests, in the process of the test: it outlives every child, and what it has seen is
 * what has happened.
 */
export class Oracle {
  readonly executions: Execution[] = [];
  readonly effects: Effect[] = [];
  /** Called before an execution or effect is answered; what it awaits holds the answer back. */
  beforeAnswer: (seen: Execution | Effect) => Promise<void> | void = () => {};
  readonly #server: Server;
  readonly #honoursKeys: boolean;

  private constructor(honoursKeys: boolean) {
    this.#honoursKeys = honoursKeys;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** @param honoursKeys whether a second effect with the same key is recognised, as good endpoints do */
  static async open({ honoursKeys }: { honoursKeys: boolean }): Promise<Oracle> {
    const oracle = new Oracle(honoursKeys);
    await new Promise<void>((resolve) => oracle.#server.listen(0, '127.0.0.1', resolve));
    return oracle;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How often each key took effect. */
  effectsByKey(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { key } of this.effects) counts[key] = (counts[key] ?? 0) + 1;
    return counts;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse((await text(request)) || '{}') as Execution & Effect & { readonly killSender?: boolean };
    if (request.url === '/executions') {
      const execution = { step: body.step, about: body.about, pid: body.pid };
      this.executions.push(execution);
      await this.beforeAnswer(execution);
      return void response.end('{}');
    }
    const known = this.effects.find(({ key }) => key === body.key);
    if (request.url === '/find') return void response.end(JSON.stringify(known ? answerFor(body.key) : null));
    if (!known || !this.#honoursKeys) {
      const effect = { key: body.key, pid: body.pid };
      this.effects.push(effect);
      if (body.killSender) process.kill(body.pid, 'SIGKILL');
      await this.beforeAnswer(effect);
    }
    response.end(JSON.stringify(answerFor(body.key)));
  }
}

const answerFor = (key: string) => ({ file: `${key}.eml`, messageId: `${key}@oracle.example` });
