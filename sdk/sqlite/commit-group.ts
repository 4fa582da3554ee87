import type { Database, Statement } from 'better-sqlite3';
import { DurableFlowError } from '../errors/index.js';
import { isStatementError, sqliteError } from './sqlite-error.js';

// Not looked up at each call: neither fake timers nor the guard are meant for the engine.
const { setImmediate } = globalThis;

interface Write {
  readonly work: () => unknown;
  readonly isStatement: boolean;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** What `work` has given, or refused, if the transaction is committed. */
  value: unknown;
  refusal: Refused | undefined;
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
  /** Why nothing is written any more. */
  #refusal: DurableFlowError | undefined;

  constructor(db: Database) {
    this.#db = db;
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#rollback = db.prepare('ROLLBACK');
  }

  /**
   * Runs `work` in the next transaction; resolves with its result once that is committed. If `work` is one statement that changes something
   * (`isStatement`), and there is nothing else to commit with it, it is the transaction.
   */
  add<T>(work: () => T, isStatement = false): Promise<T> {
    if (this.#refusal) return Promise.reject(this.#refusal);
    return new Promise<T>((resolve, reject) => {
      if (this.#queue.length === 0) setImmediate(() => this.flush());
      this.#queue.push({ work, isStatement, resolve: resolve as (value: unknown) => void, reject, value: undefined, refusal: undefined });
    });
  }

  /** Commits what is waiting, now. */
  flush(): void {
    let writes = this.#queue;
    this.#queue = [];
    // A write that cannot be carried out must not take the others with it, so they are made again without it.
    for (let culprit = this.#commitAll(writes); culprit; culprit = this.#commitAll(writes))
      writes = writes.filter((write) => write !== culprit);
  }

  /** Commits the writes; or nothing, and returns the one that stands in the way of the others. */
  #commitAll(writes: readonly Write[]): Write | undefined {
    if (writes.length === 0) return undefined;
    let current: Write | undefined;
    const isTransaction = writes.length === 1 && writes[0]!.isStatement;
    try {
      if (!isTransaction) this.#begin.run();
      for (current of writes) carryOut(current);
      current = undefined;
      if (!isTransaction) this.#commit.run();
    } catch (error) {
      this.#abandon();
      const coded = sqliteError(error, this.#db.name);
      const culprit = isStatementError(error) ? current : undefined;
      for (const { reject } of culprit ? [culprit] : writes) reject(coded);
      return culprit;
    }
    for (const { refusal, reject, resolve, value } of writes) {
      if (refusal) reject(refusal.cause);
      else resolve(value);
    }
    return undefined;
  }

  close(): void {
    this.flush();
    this.refuse(new DurableFlowError('DF_CLOSED', 'the database is closed'));
  }

  /** Refuses everything from now on. */
  refuse(why: DurableFlowError): void {
    this.#refusal = why;
  }

  #abandon(): void {
    try {
      if (this.#db.inTransaction) this.#rollback.run();
    } catch {
      // The transaction is gone already; the first error is the one to report.
    }
  }
}

function carryOut(write: Write): void {
  // It may be the second time, after the first transaction has failed.
  write.refusal = undefined;
  try {
    write.value = write.work();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    write.refusal = error;
  }
}

/** Thrown by a write that changed nothing and must not take the others with it. `cause` is the error for its caller. */
export class Refused extends Error {
  constructor(cause: unknown) {
    super('refused', { cause });
  }
}
