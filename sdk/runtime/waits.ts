import type { Clock } from './clock.js';

/** Something that time, another run or a person has to settle before a call can go on. */
export interface Wait {
  readonly call: number;
  readonly status: 'waiting' | 'in_doubt';
  readonly wakeAt: number | undefined;
  /** Looks again; true once the wait is over. */
  readonly over: () => boolean;
}

interface Entry {
  readonly wait: Wait;
  readonly resume: () => void;
  cancelTimer: (() => void) | undefined;
}

/** The waits of one run in memory. */
export class Waits {
  readonly #clock: Clock;
  readonly #onTime: () => void;
  readonly #entries = new Map<number, Entry>();

  /** `onTime` is called when the time of a wait has come, so that what it goes by is read again before the `check`. */
  constructor(clock: Clock, onTime: () => void) {
    this.#clock = clock;
    this.#onTime = onTime;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Resolves when `check` finds the wait over; if the run is put aside before, never. */
  add(wait: Wait): Promise<void> {
    return new Promise((resume) => {
      const entry: Entry = { wait, resume, cancelTimer: undefined };
      this.#entries.set(wait.call, entry);
      this.#watchTime(entry);
    });
  }

  /** A timer may fire early: by a moment, or because it cannot count so far. */
  #watchTime(entry: Entry): void {
    const { call, wakeAt } = entry.wait;
    if (wakeAt === undefined) return;
    entry.cancelTimer = this.#clock.after(wakeAt - this.#clock.now(), () => {
      this.#onTime();
      if (this.#entries.get(call) === entry && this.#clock.now() < wakeAt) this.#watchTime(entry);
    });
  }

  /** Looks at every wait again, in the order in which the workflow asked: the first to ask gets the first message. */
  check(): void {
    for (const { wait, resume, cancelTimer } of [...this.#entries.values()].sort((a, b) => a.wait.call - b.wait.call)) {
      if (!wait.over()) continue;
      this.#entries.delete(wait.call);
      cancelTimer?.();
      resume();
    }
  }

  calls(): number[] {
    return [...this.#entries.keys()];
  }

  status(): Wait['status'] {
    return [...this.#entries.values()].some(({ wait }) => wait.status === 'in_doubt') ? 'in_doubt' : 'waiting';
  }

  /** When the first of them is over by time alone. */
  wakeAt(): number | undefined {
    const times = [...this.#entries.values()].flatMap(({ wait }) => (wait.wakeAt === undefined ? [] : [wait.wakeAt]));
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  cancelTimers(): void {
    for (const { cancelTimer } of this.#entries.values()) cancelTimer?.();
  }
}
