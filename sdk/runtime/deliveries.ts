import { decode, type ErrorRegistry, type JournalRecord } from '../journal/index.js';
import type { Replay } from './replay.js';

/** The workflow's side of a call that has no outcome yet. */
export interface Waiter {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Told when the call has returned, before the workflow is. */
  readonly returned: ((record: JournalRecord) => void) | undefined;
}

/** An outcome that is to be delivered next. */
export interface Delivery {
  readonly record: JournalRecord;
  readonly replayed: boolean;
}

/** Outcomes on their way to the workflow: those of the journal first, then those recorded here, in the order of the journal. */
export class Deliveries {
  readonly #replay: Replay;
  readonly #errors: ErrorRegistry;
  readonly #waiters = new Map<number, Waiter>();
  readonly #recorded: JournalRecord[] = [];

  constructor(replay: Replay, errors: ErrorRegistry) {
    this.#replay = replay;
    this.#errors = errors;
  }

  expect(call: number, waiter: Waiter): void {
    this.#waiters.set(call, waiter);
  }

  /** An outcome was recorded here. */
  add(record: JournalRecord): void {
    this.#recorded.push(record);
    // A transaction has its place before its call has come to an end.
    if (this.#recorded.length > 1) this.#recorded.sort((a, b) => a.seq - b.seq);
  }

  next(): Delivery | undefined {
    const replayed = this.#replay.peek();
    const record = replayed ?? this.#recorded[0];
    return record && { record, replayed: replayed !== undefined };
  }

  /** Whether the workflow waits for this outcome. */
  isExpected({ record }: Delivery): boolean {
    return this.#waiters.has(record.call);
  }

  /** Gives an expected outcome to the workflow. */
  deliver({ record, replayed }: Delivery): void {
    const waiter = this.#waiters.get(record.call)!;
    this.#waiters.delete(record.call);
    if (replayed) this.#replay.advance();
    else this.#recorded.shift();
    if (record.outcome === 'threw') return waiter.reject(this.#errors.decode(record.value));
    waiter.returned?.(record);
    waiter.resolve(decode(record.value));
  }

  clear(): void {
    this.#waiters.clear();
  }
}
