import type { Timer } from '../runner/timer.js';
import type { Micros } from '../time.js';
import { monotonicMicros } from './monotonic-micros.js';

interface Planned {
  readonly due: Micros;
  readonly callback: () => void;
  handle: NodeJS.Timeout | undefined;
}

/**
 * Real time since a batch began. What machines report is entered under the moment at which it happened, not at which it was
 * heard of; and a batch can be gone through again from its log, with the time that it was then.
 */
export class BatchClock implements Timer {
  #origin: Micros;
  #latest: Micros = 0;
  #pinned: Micros | undefined;
  #isLive = false;
  #ordinal = 0;
  readonly #planned = new Map<number, Planned>();
  readonly #onFire: (timer: number, at: Micros) => void;

  /**
   * @param origin when the batch began, of the monotonic clock
   * @param onFire told of a timer that goes off, by its place among all timers of the batch
   */
  constructor(origin: Micros, onFire: (timer: number, at: Micros) => void) {
    this.#origin = origin;
    this.#onFire = onFire;
  }

  now(): Micros {
    return this.#pinned ?? Math.max(this.#latest, monotonicMicros() - this.#origin);
  }

  /** The latest moment at which anything happened. */
  get latest(): Micros {
    return this.#latest;
  }

  /** When a moment of the monotonic clock was, in this batch. */
  momentOf(at: Micros): Micros {
    return at - this.#origin;
  }

  /** Does something as at a moment of the past. */
  pin(at: Micros, work: () => void): void {
    const before = this.#pinned;
    this.#pinned = at;
    this.#latest = Math.max(this.#latest, at);
    try {
      work();
    } finally {
      this.#pinned = before;
    }
  }

  after(span: Micros, callback: () => void): () => void {
    const timer = this.#ordinal++;
    const planned: Planned = { due: this.now() + Math.max(0, span), callback, handle: undefined };
    this.#planned.set(timer, planned);
    if (this.#isLive) this.#arm(timer, planned);
    return () => {
      clearTimeout(planned.handle);
      this.#planned.delete(timer);
    };
  }

  /** From now on timers go off by themselves; before, only by `fire`. */
  goLive(): void {
    this.#isLive = true;
    // The host was started anew, and its clock with it.
    if (monotonicMicros() - this.#origin < this.#latest) this.#origin = monotonicMicros() - this.#latest;
    for (const [timer, planned] of this.#planned) this.#arm(timer, planned);
  }

  /** A timer goes off that went off at this moment in an earlier life. */
  fire(timer: number, at: Micros): void {
    const planned = this.#planned.get(timer);
    this.#planned.delete(timer);
    if (planned) this.pin(at, planned.callback);
  }

  /** Nothing goes off any more. */
  stop(): void {
    for (const { handle } of this.#planned.values()) clearTimeout(handle);
    this.#planned.clear();
  }

  #arm(timer: number, planned: Planned): void {
    planned.handle = setTimeout(
      () => {
        const at = this.now();
        // Timers of Node may be a little early.
        if (at < planned.due) return this.#arm(timer, planned);
        this.#onFire(timer, at);
        this.fire(timer, at);
      },
      Math.max(0, Math.ceil((planned.due - this.now()) / 1000)),
    );
  }
}
