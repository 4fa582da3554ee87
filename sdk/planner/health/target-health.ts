import { CircuitBreaker, type Passage } from '../../models/circuit-breaker.js';

/** When a target counts as broken, and for how long. */
export interface HealthOptions {
  /** Failures in a row after which a target is left alone. Default 3. */
  readonly failures?: number;
  /** For how long, in milliseconds; then one request tries whether it is back. Default 30 000. */
  readonly pauseMs?: number;
  readonly now?: () => number;
}

/** Probes without an answer, one after the other, after which a target counts as unreachable. */
const missedProbes = 2;

interface Condition {
  readonly breaker: CircuitBreaker;
  missed: number;
}

/** Which targets are well: by how their latest attempts ended, and by whether they answer probes. */
export class TargetHealth {
  readonly #failures: number;
  readonly #pauseMs: number;
  readonly #now: () => number;
  readonly #conditions = new Map<string, Condition>();
  #epoch = 0;
  #seen = '';

  constructor({ failures = 3, pauseMs = 30_000, now = Date.now }: HealthOptions = {}) {
    this.#failures = failures;
    this.#pauseMs = pauseMs;
    this.#now = now;
  }

  /** Why a target is not to be asked now, in words; undefined if it is well. */
  down(targetId: string): string | undefined {
    const condition = this.#conditions.get(targetId);
    if (!condition) return undefined;
    if (condition.missed >= missedProbes) return 'it cannot be reached';
    return condition.breaker.state(this.#now()) === 'open' ? 'it failed several times in a row' : undefined;
  }

  /** Before an attempt; undefined if the target is to be left alone. What is let in has to `leave` again. */
  enter(targetId: string): Passage | undefined {
    return this.#condition(targetId).breaker.enter(this.#now());
  }

  /** After an attempt. `unknown`: it says nothing about the target, for example because its client went away. */
  leave(targetId: string, passage: Passage, outcome: 'up' | 'down' | 'unknown'): void {
    const condition = this.#condition(targetId);
    condition.breaker.leave(passage, outcome, this.#now());
    if (outcome === 'up') condition.missed = 0;
  }

  /** What a probe has found. An answer says that somebody is there, not that requests succeed. */
  probed(targetId: string, answered: boolean): void {
    const condition = this.#condition(targetId);
    condition.missed = answered ? 0 : condition.missed + 1;
  }

  /** Changes when a target falls ill or recovers, and only then. */
  epoch(): number {
    const seen = [...this.#conditions.keys()].filter((id) => this.down(id) !== undefined).join('\n');
    if (seen !== this.#seen) {
      this.#seen = seen;
      this.#epoch++;
    }
    return this.#epoch;
  }

  #condition(targetId: string): Condition {
    let condition = this.#conditions.get(targetId);
    if (!condition) {
      condition = { breaker: new CircuitBreaker(this.#failures, this.#pauseMs), missed: 0 };
      this.#conditions.set(targetId, condition);
    }
    return condition;
  }
}
