import type { Database } from 'better-sqlite3';

/** Notices what other connections have committed, at the cost of no query on a table. */
export class DataVersion {
  readonly #db: Database;
  #seen: number;

  constructor(db: Database) {
    this.#db = db;
    this.#seen = this.#read();
  }

  /** Whether another connection has written since the last call. */
  changed(): boolean {
    const version = this.#read();
    const changed = version !== this.#seen;
    this.#seen = version;
    return changed;
  }

  #read(): number {
    return this.#db.pragma('data_version', { simple: true }) as number;
  }
}
