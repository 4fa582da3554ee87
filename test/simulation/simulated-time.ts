import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import type { Randomness } from './randomness.js';

interface Event {
  at: number;
  readonly order: number;
  readonly process: number;
  readonly callback: () => void;
}

const real = { ...globalThis, now: Date.now, random: Math.random, uuid: crypto.randomUUID, stackTraceLimit: Error.stackTraceLimit };
const { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate } = real;

const minute = 60_000;
/** How much longer intervals of less than a minute are: hours pass, in which nothing but looking happens. */
const stretch = 1800;

/** What happens outside of all processes. */
export const nobody = 0;

/** Resolves after so many milliseconds of simulated time. */
export const wait = (ms: number): Promise<void> => new Promise((resolve) => void globalThis.setTimeout(resolve, ms));

/** Time, and the processes that live in it. While one is put in place, every timer of this process is one of its events. */
export class SimulatedTime {
  static #current: SimulatedTime | undefined;
  readonly #events = new Set<Event>();
  readonly random: Randomness;
  /** The process that the event which happens now is of. What is done at once belongs to it. */
  #process = nobody;
  /** Processes that stand still, and until when. */
  readonly #stopped = new Map<number, number>();
  readonly #stops = new Map<number, number>();
  readonly #dead = new Set<number>();
  #now = Date.UTC(2030, 0, 1);
  #order = 0;

  constructor(random: Randomness) {
    this.random = random;
  }

  /** From now on, until `restore`, the globals are this one's. Nothing else may be under way in this process. */
  static put(time: SimulatedTime): void {
    this.#current = time;
    // Stacks are in the journal, and what V8 finds of them depends on what it has optimised.
    Error.stackTraceLimit = 0;
  }

  static restore(): void {
    this.#current = undefined;
    Error.stackTraceLimit = real.stackTraceLimit;
  }

  /** Puts functions in the place of the globals that ask the time which is put in place. Called once, before the engine is loaded. */
  static install(): void {
    const later = (realOne: (...args: never[]) => unknown, repeats: boolean) =>
      ((callback: (...args: unknown[]) => void, ms: number, ...args: unknown[]) => {
        const time = this.#current;
        if (!time) return (realOne as typeof setTimeout)(callback, ms, ...args);
        return time.#timer(time.#process, () => callback(...args), ms, repeats);
      }) as never;
    const clear = (realOne: (timer: never) => void) => (timer: unknown) => {
      if (timer instanceof SimulatedTimer) timer.cancel();
      else realOne(timer as never);
    };
    globalThis.setTimeout = later(setTimeout, false);
    globalThis.setInterval = later(setInterval, true);
    globalThis.setImmediate = ((callback: (...args: unknown[]) => void, ...args: unknown[]) =>
      this.#current
        ? this.#current.#timer(this.#current.#process, () => callback(...args), 0, false)
        : setImmediate(callback, ...args)) as never;
    globalThis.clearTimeout = clear(clearTimeout);
    globalThis.clearInterval = clear(clearInterval);
    globalThis.clearImmediate = clear(clearImmediate);
    Date.now = () => this.#current?.now() ?? real.now();
    Math.random = () => (this.#current ? this.#current.random.next() : real.random());
    crypto.randomUUID = (() => (this.#current ? this.#current.random.uuid() : real.uuid())) as typeof crypto.randomUUID;
    syncBuiltinESMExports();
  }

  now(): number {
    return this.#now;
  }

  /** Has something done by a process: all that it leads to is of that process. Whoever asked for it hears of it, if both live. */
  as<T>(process: number, work: () => Promise<T>): Promise<T> {
    const asking = this.#process;
    return new Promise((resolve, reject) => {
      this.after(process, 0, () => {
        work().then(
          (value) => this.after(asking, 0, () => resolve(value)),
          (error: unknown) => this.after(asking, 0, () => reject(error as Error)),
        );
      });
    });
  }

  /** Something that happens to a process after so many milliseconds. */
  after(process: number, ms: number, callback: () => void): void {
    this.#timer(process, callback, ms, false);
  }

  stop(process: number, ms: number): void {
    this.#stopped.set(process, this.#now + ms);
    this.#stops.set(process, this.stopsOf(process) + 1);
  }

  /** How often the process has been made to stand still. */
  stopsOf(process: number): number {
    return this.#stops.get(process) ?? 0;
  }

  isStopped(process: number): boolean {
    return (this.#stopped.get(process) ?? 0) > this.#now;
  }

  /** Nothing that the process has begun is gone on with. */
  kill(process: number): void {
    this.#dead.add(process);
    for (const event of this.#events) if (event.process === process) this.#events.delete(event);
  }

  /** Lets events happen, one after the other, until the promise settles. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const settle = () => void (settled = true);
    promise.then(settle, settle);
    for (;;) {
      // Everything that the last event has led to at once happens before the next one.
      await new Promise<void>((resolve) => void setImmediate(resolve));
      if (settled) return promise;
      const next = this.#next();
      if (!next) throw new Error('nothing is left that could happen');
      this.#events.delete(next);
      this.#now = Math.max(this.#now, this.#from(next));
      this.#process = next.process;
      next.callback();
    }
  }

  #timer(process: number, callback: () => void, ms: number, repeats: boolean): SimulatedTimer {
    const timer = new SimulatedTimer((event) => this.#events.delete(event));
    if (this.#dead.has(process)) return timer;
    const asked = Number.isFinite(ms) ? Math.max(ms, 0) : 0;
    const period = repeats && asked < minute ? asked * stretch : asked;
    const add = () => {
      const event: Event = { at: this.#now + period, order: this.#order++, process, callback: fire };
      timer.event = event;
      this.#events.add(event);
    };
    const fire = () => {
      if (repeats) add();
      callback();
    };
    add();
    return timer;
  }

  /** Of those that are due first, one of a process that is drawn; a process's own are in their order. */
  #next(): Event | undefined {
    let first: Event[] = [];
    let at = Infinity;
    for (const event of this.#events) {
      const from = this.#from(event);
      if (from < at) [at, first] = [from, [event]];
      else if (from === at) first.push(event);
    }
    const processes = [...new Set(first.map(({ process }) => process))];
    const process = processes.length > 1 ? processes[this.random.below(processes.length)] : processes[0];
    return first.filter((event) => event.process === process).toSorted((a, b) => a.at - b.at || a.order - b.order)[0];
  }

  #from({ at, process }: Event): number {
    return Math.max(at, this.#now, this.#stopped.get(process) ?? 0);
  }
}

/** What the timer functions of Node return. */
class SimulatedTimer {
  event: Event | undefined;
  readonly #remove: (event: Event) => void;

  constructor(remove: (event: Event) => void) {
    this.#remove = remove;
  }

  cancel(): void {
    if (this.event) this.#remove(this.event);
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
