import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type { Randomness } from '../simulation/randomness.js';
import { receiptOf, type Endpoint } from './order.js';

interface Request {
  readonly key: string;
  /** None: it is only asked whether the key took effect. */
  readonly endpoint?: Endpoint;
  readonly pid: number;
  readonly aliveAt: number;
}

/** How long an answer takes at the most, in milliseconds: a process that is killed meanwhile does not know that the effect has happened. */
const longestAnswer = 60;
/** Of all answers, so many are lost. */
const lostAnswers = 0.01;

/** The world outside, on loopback: it keeps its own books of what has happened, and outlives every worker. */
export class OutsideServer {
  /** How often each key took effect, by order. */
  readonly #books = new Map<string, Map<string, number>>();
  readonly #server: Server;
  readonly #random: Randomness;
  readonly #isLate: (pid: number, aliveAt: number) => boolean;
  effects = 0;
  /** Requests of processes that had been stopped meanwhile, whose connection is lost. */
  late = 0;

  private constructor(random: Randomness, isLate: (pid: number, aliveAt: number) => boolean) {
    this.#random = random;
    this.#isLate = isLate;
    this.#server = createServer((request, response) => {
      // Whoever asked may have been killed.
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  /** @param isLate whether a process that was certainly awake at `aliveAt` has been stopped for so long since that its lease is over */
  static async open(random: Randomness, isLate: (pid: number, aliveAt: number) => boolean): Promise<OutsideServer> {
    const server = new OutsideServer(random, isLate);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How often each key of an order took effect. */
  effectsOf(order: string): ReadonlyMap<string, number> {
    return this.#books.get(order) ?? new Map();
  }

  hasHappened(key: string): boolean {
    return this.effectsOf(orderOf(key)).has(key);
  }

  forget(order: string): void {
    this.#books.delete(order);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { key, endpoint, pid, aliveAt } = (await json(request)) as Request;
    if (endpoint === undefined) return void response.end(JSON.stringify(this.hasHappened(key) ? { receipt: receiptOf(key) } : {}));
    if (this.#isLate(pid, aliveAt)) {
      this.late++;
      return void response.destroy();
    }
    if (endpoint !== 'keyed' || !this.hasHappened(key)) this.#happen(key);
    const isLost = this.#random.chance(lostAnswers);
    await pause(this.#random.below(longestAnswer));
    if (isLost) response.destroy();
    else response.end(JSON.stringify({ receipt: receiptOf(key) }));
  }

  #happen(key: string): void {
    const books = this.#books.get(orderOf(key)) ?? new Map<string, number>();
    this.#books.set(orderOf(key), books.set(key, (books.get(key) ?? 0) + 1));
    this.effects++;
  }
}

const orderOf = (key: string) => key.slice(0, key.indexOf('/'));
