import type { Database, Statement } from 'better-sqlite3';
import { DurableFlowError } from '../errors/index.js';
import { sqliteError } from './sqlite-error.js';

// Not looked up at each call: neither fake timers nor the guard are meant for the engine.
const { setImmediate } = globalThis;

interface Write {
  readonly work: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers the writes of one event-loop turn into one transaction, so that many runs share one sync to disk. Each write
 * answers for itself: a refusal (`Refused`) rejects only its own promise; if the transaction fails, all of them fail.
 */
export class CommitGroup {
  readonly #db: Database;
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #rollback: Statement;
  #queue: Write[] = [];
  #closed = false;

  constructor(db: Database) {
    this.#db = db;
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#rollback = db.prepare('ROLLBACK');
  }

  /** Runs `work` in the next transaction; resolves with its result once that is committed. */
  add<T>(work: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(new DurableFlowError('DF_CLOSED', 'the database is closed'));
    return new Promise<T>((resolve, reject) => {
      if (this.#queue.length === 0) setImmediate(() => this.flush());
      this.#queue.push({ work, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  /** Commits what is waiting, now. */
  flush(): void {
    const writes = this.#queue;
    if (writes.length === 0) return;
    this.#queue = [];
    const answers: (() => void)[] = [];
    try {
      this.#begin.run();
      for (const { work, resolve, reject } of writes) {
        try {
          const value = work();
          answers.push(() => resolve(value));
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
          answers.push(() => reject(error.cause));
        }
      }
      this.#commit.run();
    } catch (error) {
      this.#abandon();
      const coded = sqliteError(error, this.#db.name);
      for (const { reject } of writes) reject(coded);
      return;
    }
    for (const answer of answers) answer();
  }

  close(): void {
    this.flush();
    this.#closed = true;
  }

  #abandon(): void {
    try {
      if (this.#db.inTransaction) this.#rollback.run();
    } catch {
      // The transaction is gone already; the first error is the one to report.
    }
  }
}

/** Thrown by a write that changed nothing and must not take the others with it. `cause` is the error for its caller. */
export class Refused extends Error {
  constructor(cause: unknown) {
    super('refused', { cause });
  }
}
