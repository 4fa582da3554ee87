/** A call that was let through. */
export interface Passage {
  /** It tries whether a target is back. */
  readonly probe: boolean;
}

/** Keeps away from a target that fails again and again: after a pause, one call at a time tries whether it is back. */
export class CircuitBreaker {
  readonly #failures: number;
  readonly #pauseMs: number;
  #inARow = 0;
  /** Undefined while it is closed. */
  #openUntil: number | undefined;
  #probing = false;

  /** Opens after so many failures in a row, for `pauseMs`. */
  constructor(failures: number, pauseMs: number) {
    this.#failures = failures;
    this.#pauseMs = pauseMs;
  }

  state(now: number): 'closed' | 'open' | 'half_open' {
    if (this.#openUntil === undefined) return 'closed';
    return now < this.#openUntil || this.#probing ? 'open' : 'half_open';
  }

  /** How long it stays open, in milliseconds. */
  remaining(now: number): number {
    return Math.max(0, (this.#openUntil ?? now) - now);
  }

  /** Lets a call through, which has to `leave` again; undefined if the target is to be left alone. */
  enter(now: number): Passage | undefined {
    const state = this.state(now);
    if (state === 'open') return undefined;
    const probe = state === 'half_open';
    this.#probing ||= probe;
    return { probe };
  }

  /** `unknown`: the call says nothing about the target, for example because its caller gave it up. */
  leave({ probe }: Passage, outcome: 'up' | 'down' | 'unknown', now: number): void {
    if (probe) this.#probing = false;
    if (outcome === 'up') {
      this.#inARow = 0;
      this.#openUntil = undefined;
    } else if (outcome === 'down' && (++this.#inARow >= this.#failures || probe)) this.#openUntil = now + this.#pauseMs;
  }
}
