import TinyQueue from 'tinyqueue';
import type { Clock } from '../../sdk/runtime/index.js';
import type { Timer } from '../runner/timer.js';
import type { Micros } from '../time.js';

interface Event {
  readonly at: Micros;
  /** What was planned first happens first. */
  readonly order: number;
  callback: (() => void) | undefined;
}

const { setImmediate } = globalThis;

/** So many turns of the real event loop without a sign of life mean that nothing more happens before time goes on. */
const quietTurns = 8;

/** Midnight of a day like any other: simulated runs have no date. */
const epoch = Date.UTC(2030, 0, 1);

/** Simulated time: it stands still while anything is under way, and goes from event to event. */
export class EventLoop implements Timer {
  readonly #events = new TinyQueue<Event>([], (a, b) => a.at - b.at || a.order - b.order);
  /** Those who were woken and have not come to rest. */
  readonly #awake = new Set<object>();
  #now: Micros = 0;
  #planned = 0;
  #signsOfLife = 0;
  #isOver = false;

  /** The same time for the engine, in milliseconds. */
  readonly clock: Clock = {
    now: () => epoch + Math.floor(this.#now / 1000),
    after: (ms, callback) => this.after(Math.max(0, Math.round(ms * 1000)), callback),
  };

  now(): Micros {
    return this.#now;
  }

  after(span: Micros, callback: () => void): () => void {
    const event: Event = { at: this.#now + Math.max(0, span), order: this.#planned++, callback };
    this.#events.push(event);
    return () => (event.callback = undefined);
  }

  /** Something goes on that time has to wait for. */
  wake(who: object): void {
    this.#awake.add(who);
    this.#signsOfLife++;
  }

  /** It waits for time to pass, or is at its end. */
  rest(who: object): void {
    this.#awake.delete(who);
    this.#signsOfLife++;
  }

  stop(): void {
    this.#isOver = true;
  }

  /** Goes on until nothing is planned or it is told to stop. */
  async run(): Promise<void> {
    if (this.#awake.size > 0) await this.#settle();
    for (let event = this.#events.pop(); event && !this.#isOver; event = this.#events.pop()) {
      if (!event.callback) continue;
      this.#now = event.at;
      event.callback();
      if (this.#awake.size > 0) await this.#settle();
    }
  }

  /** Resolves when all are at rest, or nothing has been heard of those who are not: what they wait for must be time, then. */
  #settle(): Promise<void> {
    return new Promise((resolve) => {
      let seen = this.#signsOfLife;
      let quiet = 0;
      const turn = () => {
        if (this.#awake.size === 0) return resolve();
        if (seen !== this.#signsOfLife) quiet = 0;
        else quiet++;
        seen = this.#signsOfLife;
        if (quiet < quietTurns) return void setImmediate(turn);
        this.#awake.clear();
        return resolve();
      };
      setImmediate(turn);
    });
  }
}
