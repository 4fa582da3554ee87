import { setTimeout as pause } from 'node:timers/promises';
import type { TelemetryEvent } from 'durableflow';
import type { Randomness } from '../simulation/randomness.js';
import type { Worker } from './worker.js';

/** Every so many disturbances one is a stop in the place of a kill. */
const stopEvery = 6;

interface Stop {
  readonly from: number;
}

/** Kills workers, and stops some for longer than their lease; the first worker is never killed, so that its memory can be watched. */
export class Disturbances {
  readonly #random: Randomness;
  readonly #every: number;
  readonly #lease: number;
  readonly #stops = new Map<number, Stop[]>();
  readonly #killedAt = new Map<number, number>();
  /** When runs of lost processes were taken up lately. */
  readonly #takenUp: number[] = [];
  /** From a kill to the first of its runs that somebody went on with, in milliseconds. */
  readonly recoveries: number[] = [];
  kills = 0;
  stops = 0;
  #disturbing: Promise<void> | undefined;
  readonly #end = new AbortController();

  /** @param every seconds between two of them, on average; @param lease of the workers, in milliseconds */
  constructor(random: Randomness, { every, lease }: { readonly every: number; readonly lease: number }) {
    this.#random = random;
    this.#every = every;
    this.#lease = lease;
  }

  begin(workers: readonly Worker[]): void {
    this.#disturbing = this.#disturb(workers);
  }

  /** Returns when nobody is stopped any more. */
  async end(): Promise<void> {
    this.#end.abort();
    await this.#disturbing;
  }

  /** Whether the process has been stopped since for so long that its lease was over. What it was about to do then reaches nobody. */
  isLate(pid: number, aliveAt: number): boolean {
    return (this.#stops.get(pid) ?? []).some(({ from }) => aliveAt <= from && Date.now() > from + this.#lease);
  }

  heard(event: TelemetryEvent): void {
    if (event.event === 'run.claimed' && event.lostAt !== undefined) {
      this.#takenUp.push(event.time);
      if (this.#takenUp.length > 1000) this.#takenUp.shift();
    }
    if (event.event !== 'owner.dead') return;
    const killedAt = this.#killedAt.get(event.pid);
    this.#killedAt.delete(event.pid);
    if (killedAt !== undefined && event.runs > 0) void this.#recovered(killedAt, event.time);
  }

  /** What is told of by several processes comes in any order. */
  async #recovered(killedAt: number, buriedAt: number): Promise<void> {
    await pause(2000, undefined, { ref: false });
    const first = this.#takenUp.filter((at) => at >= buriedAt).sort((a, b) => a - b)[0];
    if (first !== undefined) this.recoveries.push(first - killedAt);
  }

  async #disturb(workers: readonly Worker[]): Promise<void> {
    const stopped: Promise<void>[] = [];
    for (let n = 1; ; n++) {
      await pause(this.#every * 1000 * (0.5 + this.#random.next()), undefined, { signal: this.#end.signal }).catch(() => {});
      if (this.#end.signal.aborted) break;
      if (n % stopEvery === 0) stopped.push(this.#stop(this.#oneOf(workers)));
      else this.#kill(this.#oneOf(workers.slice(1)));
    }
    await Promise.all(stopped);
  }

  #kill(worker: Worker): void {
    if (!worker.isReady) return;
    this.kills++;
    this.#killedAt.set(worker.pid, Date.now());
    worker.signal('SIGKILL');
  }

  async #stop(worker: Worker): Promise<void> {
    const { pid } = worker;
    if (!worker.isReady) return;
    this.stops++;
    this.#stops.set(pid, [...(this.#stops.get(pid) ?? []), { from: Date.now() }]);
    worker.signal('SIGSTOP');
    await pause(this.#lease * 1.5);
    if (worker.pid === pid) worker.signal('SIGCONT');
  }

  #oneOf(workers: readonly Worker[]): Worker {
    return workers[this.#random.below(workers.length)]!;
  }
}
