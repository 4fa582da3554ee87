import { setImmediate as turn } from 'node:timers/promises';

/** What bodies do to the world outside of the engine. It outlives the processes, and knows which of them are dead. */
export class OutsideWorld {
  /** Bodies that were begun, by the process that began them. */
  readonly executed: { readonly process: number; readonly what: string }[] = [];
  /** How often each effect has happened. */
  readonly happened = new Map<string, number>();
  /** What was undone, in order. */
  readonly undone: string[] = [];
  /** The process that lives. */
  process = 0;
  readonly #delays: readonly number[];
  readonly #seen = new Set<string>();
  #bodies = 0;

  /** @param delays how many turns of the event loop each body takes, over and over */
  constructor(delays: readonly number[]) {
    this.#delays = delays;
  }

  kill(): void {
    this.process++;
  }

  /** A body begins: it takes its time, if its process lives. Returns the body's number. */
  async enter(process: number, what: string): Promise<number> {
    this.assertAlive(process);
    const body = this.executed.push({ process, what });
    for (let left = this.#delays[this.#bodies++ % this.#delays.length]!; left > 0; left--) await turn();
    this.assertAlive(process);
    return body;
  }

  assertAlive(process: number): void {
    if (process !== this.process) throw new Error('the process is dead');
  }

  /** True the first time. */
  isFirst(what: string): boolean {
    if (this.#seen.has(what)) return false;
    this.#seen.add(what);
    return true;
  }

  /** A body asks for an effect. */
  async send(_process: number, _body: number, key: string, options?: { honoursKeys?: boolean }): Promise<void> {
    this.happen(key, options);
  }

  /** A process asks whether an effect has happened. */
  async find(process: number, key: string): Promise<boolean> {
    this.assertAlive(process);
    return this.lookUp(key);
  }

  /** Somebody looks whether an effect has happened. */
  lookUp(key: string): boolean {
    return this.happened.has(key);
  }

  happen(key: string, { honoursKeys = false } = {}): void {
    if (honoursKeys && this.happened.has(key)) return;
    this.happened.set(key, (this.happened.get(key) ?? 0) + 1);
  }
}
