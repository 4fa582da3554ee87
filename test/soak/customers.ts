import { setTimeout as pause } from 'node:timers/promises';
import { MemoryBudgetLedger, replayHistory, type DurableFlow, type RunHandle } from 'durableflow';
import type { Randomness } from '../simulation/randomness.js';
import { endOf, Order, wordOf, type OrderInput } from './order.js';
import type { OutsideServer } from './outside-server.js';
import { hasCode } from './people.js';
import { untilUnlocked } from './until-unlocked.js';
import type { WorkerMessage } from './worker-process.js';
import type { Worker } from './worker.js';

/** The longest that an order may take, in milliseconds, and how long after its end its effects are counted once more. */
const patience = 120_000;
const afterwards = 20_000;
/** Of how many orders one is replayed from its history. */
const replayEvery = 10;

/** Those who place orders, tell them what they wait for, and hold what came of each against what was asked. */
export class Customers {
  readonly #flow: DurableFlow;
  readonly #outside: OutsideServer;
  readonly #workers: readonly Worker[];
  readonly #random: Randomness;
  readonly #broken: (what: string) => void;
  readonly #acknowledged = new Map<string, () => void>();
  readonly #open = new Set<Promise<void>>();
  /** Ended, and to be looked at once more. */
  readonly #ended = new Map<string, OrderInput>();
  #placed = 0;
  started = 0;
  completed = 0;
  failed = 0;
  replayed = 0;
  signals = 0;
  /** By code, how often a worker would not start an order; another one was asked then. */
  readonly refusals: Record<string, number> = {};
  /** Milliseconds from the acknowledgement to the end, of orders that wait for nobody and nothing. */
  readonly latencies: number[] = [];

  constructor(flow: DurableFlow, outside: OutsideServer, workers: readonly Worker[], random: Randomness, broken: (what: string) => void) {
    this.#flow = flow;
    this.#outside = outside;
    this.#workers = workers;
    this.#random = random;
    this.#broken = broken;
  }

  get inFlight(): number {
    return this.#open.size;
  }

  place(): void {
    const order = this.#draw();
    const open = this.#follow(order)
      .catch((error: unknown) => this.#isWrong(order, error))
      .finally(() => this.#open.delete(open));
    this.#open.add(open);
  }

  heard(message: WorkerMessage): void {
    if (message.kind === 'started') this.#acknowledged.get(message.id)?.();
    if (message.kind === 'refused') this.refusals[message.code] = (this.refusals[message.code] ?? 0) + 1;
  }

  /** Waits until all orders have ended, or have taken too long. */
  async end(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open);
    for (const order of this.#ended.values()) this.#countEffects(order, 'long after its end');
  }

  #isWrong({ id }: OrderInput, error: unknown): void {
    this.#broken(`${id}: ${error instanceof Error ? error.message : String(error)}`);
  }

  #draw(): OrderInput {
    const random = this.#random;
    const isPlain = random.chance(0.4);
    const sometimes = (probability: number) => !isPlain && random.chance(probability);
    return {
      id: `order-${++this.#placed}`,
      cents: random.below(100_000),
      sleepMs: sometimes(0.5) ? random.below(3000) : 0,
      parts: sometimes(0.5) ? 1 + random.below(3) : 0,
      isShipped: sometimes(0.5),
      isPosted: sometimes(0.5),
      isHeardOf: sometimes(0.5),
      isThanked: random.chance(0.5),
      fails: random.chance(0.15),
    };
  }

  async #follow(order: OrderInput): Promise<void> {
    await this.#start(order);
    this.started++;
    const at = Date.now();
    // Throws if what was acknowledged is not there.
    const run = this.#flow.run<string[]>(order.id);
    const told = order.isHeardOf ? this.#tell(order).catch((error: unknown) => this.#isWrong(order, error)) : undefined;
    const says = await Promise.race([this.#said(run), pause(patience, undefined, { ref: false })]);
    const { status } = run.view();
    const due = endOf(order);
    if (says === undefined) throw new Error(`acknowledged ${patience / 1000} s ago, and still ${status}`);
    if (status !== due.status || says !== due.says) throw new Error(`${status}, ${says}; it should be ${due.status}, ${due.says}`);
    if (status === 'completed') this.completed++;
    else this.failed++;
    if (order.sleepMs === 0 && order.parts === 0 && !order.isShipped && !order.isPosted && !order.isHeardOf)
      this.latencies.push(Date.now() - at);
    this.#countEffects(order, 'at its end');
    if (this.started % replayEvery === 0) await this.#replay(order);
    this.#ended.set(order.id, order);
    setTimeout(() => this.#lookAgain(order), afterwards).unref();
    await told;
  }

  /** One worker after the other is asked, until one says that it is done: each may be killed before or after it has started the run. */
  async #start(order: OrderInput): Promise<void> {
    const acknowledged = new Promise<void>((resolve) => this.#acknowledged.set(order.id, resolve));
    for (let isDone = false; !isDone;) {
      const ready = this.#workers.filter((it) => it.isReady);
      ready[this.#random.below(ready.length)]?.start(order);
      isDone = await Promise.race([acknowledged.then(() => true), pause(500, false)]);
    }
    this.#acknowledged.delete(order.id);
  }

  async #tell(order: OrderInput): Promise<void> {
    await pause(this.#random.below(4000));
    const send = () => untilUnlocked(() => this.#flow.signal(order.id, 'arrived', wordOf(order), { dedupeId: order.id }));
    if (!(await send())) throw new Error('its first signal was taken for a second one');
    this.signals++;
    if (!this.#random.chance(0.3)) return;
    await pause(this.#random.below(1000));
    const isNew = await send().catch((error: unknown) => {
      if (hasCode(error, 'DF_RUN_ENDED')) return false;
      throw error;
    });
    if (isNew) throw new Error('a signal was taken twice');
  }

  #said(run: RunHandle<string[]>): Promise<string> {
    return run.result().then(
      (output) => JSON.stringify(output),
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
  }

  #countEffects(order: OrderInput, when: string): void {
    const { keys } = endOf(order);
    const happened = this.#outside.effectsOf(order.id);
    for (const key of new Set([...keys, ...happened.keys()])) {
      const times = happened.get(key) ?? 0;
      const due = keys.includes(key) ? 1 : 0;
      if (times !== due) this.#broken(`${key} took effect ${times} times in the place of ${due}, seen ${when}`);
    }
  }

  async #replay(order: OrderInput): Promise<void> {
    const outside = { perform: () => Promise.reject(new Error('nothing is done in a replay')), find: () => Promise.resolve(undefined) };
    const history = this.#flow.exportHistory(order.id);
    const { status, divergence, asks } = await replayHistory(Order, () => new Order(outside, new MemoryBudgetLedger()), history);
    if (status !== history.run.status || divergence)
      throw new Error(`its history replays as ${status}, not ${history.run.status}, and asks for ${asks.join(', ') || 'nothing'}`);
    this.replayed++;
  }

  #lookAgain(order: OrderInput): void {
    if (!this.#ended.delete(order.id)) return;
    this.#countEffects(order, 'long after its end');
    this.#outside.forget(order.id);
  }
}
