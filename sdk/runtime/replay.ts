import type { Divergence, DivergenceSide } from '../errors/index.js';
import type { JournalRecord } from '../journal/index.js';
import type { Claim } from '../store/index.js';

/**
 * The recorded part of a run: which calls were made, and the order in which their outcomes were delivered. The same
 * order of deliveries makes a deterministic workflow ask for the same calls, so parallel branches continue identically.
 */
export class Replay {
  readonly #records: readonly JournalRecord[];
  readonly #outcomes = new Map<number, JournalRecord>();
  readonly #calls = new Map<number, DivergenceSide>();
  readonly #asked = new Set<number>();
  readonly #taken = new Set<number>();
  #next = 0;
  #lastCall = -1;

  constructor({ journal, approvals, effects, waits }: Pick<Claim, 'journal' | 'approvals' | 'effects' | 'waits'>) {
    this.#records = journal;
    for (const record of journal) this.#outcomes.set(record.call, record);
    for (const { call, name, digest } of [...journal, ...waits]) this.#calls.set(call, { call, name, digest });
    for (const { call, method, digest } of [...approvals, ...effects]) this.#calls.set(call, { call, name: method, digest });
    for (const call of this.#calls.keys()) this.#lastCall = Math.max(this.#lastCall, call);
  }

  /** Compares a call with what is on record for its place; a divergence if they differ. */
  check(asked: DivergenceSide): Divergence | undefined {
    this.#asked.add(asked.call);
    const recorded = this.#calls.get(asked.call);
    if (!recorded || (recorded.name === asked.name && recorded.digest === asked.digest)) return undefined;
    return { recorded, asked };
  }

  /** Whether the outcome of a call is on record. */
  holds(call: number): boolean {
    return this.#outcomes.has(call);
  }

  /** The name that is on record for a call. */
  nameOf(call: number): string | undefined {
    return this.#calls.get(call)?.name;
  }

  /** Whether there is such a call on record. */
  some(matches: (call: DivergenceSide) => boolean): boolean {
    return [...this.#calls.values()].some(matches);
  }

  /** Whether the run had come to this call, or further, when it was recorded. */
  reaches(call: number): boolean {
    return this.#lastCall >= call;
  }

  /** The outcome of a call that is answered at once, out of the order of deliveries. */
  take(call: number): JournalRecord | undefined {
    this.#taken.add(call);
    return this.#outcomes.get(call);
  }

  /** The outcome to deliver next; undefined once all have been. */
  peek(): JournalRecord | undefined {
    while (this.#next < this.#records.length && this.#taken.has(this.#records[this.#next]!.call)) this.#next++;
    return this.#records[this.#next];
  }

  advance(): void {
    this.#next++;
  }

  /** The first call on record, if only by a gate, an intent or a wait, that the workflow has not asked for though `counts` says it should have. */
  unasked(counts: (name: string) => boolean = () => true): DivergenceSide | undefined {
    for (const [call, side] of this.#calls) if (!this.#asked.has(call) && counts(side.name)) return side;
    return undefined;
  }
}
