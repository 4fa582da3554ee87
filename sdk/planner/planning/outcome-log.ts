import { OutcomeHistory, windowSize } from './outcome-history.js';
import type { Outcome } from './outcome.js';
import { readOutcomes, writeOutcomes, type OutcomeFile } from './outcome-table.js';

/** When outcomes are written, and how long they count. */
export interface OutcomeLogOptions {
  /** A batch is written after so many outcomes. Default 64. */
  readonly batch?: number;
  /** Or so many milliseconds after its first one. Default 500. */
  readonly everyMs?: number;
  /** What is older says nothing any more. In milliseconds; default 30 days. */
  readonly keepForMs?: number;
  readonly now?: () => number;
}

/** Outcomes that cannot be written are kept in memory up to here; then the oldest are let go. */
const mostWaiting = 10_000;

/**
 * Keeps the history of outcomes on file. Nobody waits for it: what is recorded counts at once and is written in batches.
 * `close` writes what is left, so that a clean stop loses nothing; a crash loses at most the batch that was not written yet.
 */
export class OutcomeLog {
  /** What is on file, and what was recorded since. */
  readonly history = new OutcomeHistory();
  readonly #file: OutcomeFile;
  readonly #batch: number;
  readonly #everyMs: number;
  readonly #keepForMs: number;
  readonly #now: () => number;
  #waiting: Outcome[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** Loads what is on file. It writes to the file until it is closed, so close it before the file. */
  constructor(file: OutcomeFile, { batch = 64, everyMs = 500, keepForMs = 30 * 86_400_000, now = Date.now }: OutcomeLogOptions = {}) {
    this.#file = file;
    this.#batch = batch;
    this.#everyMs = everyMs;
    this.#keepForMs = keepForMs;
    this.#now = now;
    this.history.record(...file.read((db) => readOutcomes(db, this.#since())));
  }

  record(outcome: Outcome): void {
    this.history.record(outcome);
    this.#waiting.push(outcome);
    if (this.#waiting.length > mostWaiting) this.#waiting.shift();
    if (this.#waiting.length >= this.#batch) void this.flush().catch(() => {});
    else this.#arm();
  }

  /** Writes what is waiting. If it rejects, nothing is lost: it is tried again with the next batch. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // One write at a time, so that the order on file is the order in which things happened.
    const before = this.#writing;
    this.#writing = before.catch(() => {}).then(() => this.#write());
    await this.#writing;
  }

  /** Writes what is left. Throws a `DF_STORE_…` error if that is not possible. */
  async close(): Promise<void> {
    await this.flush();
  }

  async #write(): Promise<void> {
    const outcomes = this.#waiting;
    if (outcomes.length === 0) return;
    this.#waiting = [];
    try {
      await this.#file.write((db) => writeOutcomes(db, outcomes, windowSize, this.#since()));
    } catch (error) {
      this.#waiting = [...outcomes, ...this.#waiting].slice(-mostWaiting);
      this.#arm();
      throw error;
    }
  }

  #arm(): void {
    this.#timer ??= setTimeout(() => void this.flush().catch(() => {}), this.#everyMs).unref();
  }

  readonly #since = () => this.#now() - this.#keepForMs;
}
