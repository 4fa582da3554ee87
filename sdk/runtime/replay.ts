import type { Divergence, DivergenceSide } from '../errors/index.js';
import type { ApprovalRecord, Claim, EffectRecord } from '../store/index.js';
import type { JournalRecord } from '../journal/index.js';

/**
 * The recorded part of a run: which calls were made, and the order in which their outcomes were delivered. The same
 * order of deliveries makes a deterministic workflow ask for the same calls, so parallel branches continue identically.
 */
export class Replay {
  readonly #records: readonly JournalRecord[];
  readonly #calls = new Map<number, DivergenceSide>();
  readonly #outcomes: ReadonlySet<number>;
  readonly #asked = new Set<number>();
  #next = 0;

  constructor({ journal, approvals, effects }: Pick<Claim, 'journal' | 'approvals' | 'effects'>) {
    this.#records = journal;
    this.#outcomes = new Set(journal.map(({ call }) => call));
    for (const { call, name, digest } of journal) this.#calls.set(call, { call, name, digest });
    for (const { call, method, digest } of [...approvals, ...effects] as (ApprovalRecord | EffectRecord)[])
      this.#calls.set(call, { call, name: method, digest });
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

  /** The outcome to deliver next; undefined once all have been. */
  peek(): JournalRecord | undefined {
    return this.#records[this.#next];
  }

  advance(): void {
    this.#next++;
  }

  /** The first recorded call that the workflow has not asked for. */
  unasked(): DivergenceSide | undefined {
    for (let i = this.#next; i < this.#records.length; i++) {
      const { call } = this.#records[i]!;
      if (!this.#asked.has(call)) return this.#calls.get(call);
    }
    return undefined;
  }
}
