import type { Database, RunResult, Statement } from 'better-sqlite3';

/**
 * The same connection, but statements that are prepared on it are compiled when they are first executed: a process uses a few
 * of the hundred that the tables have, and to compile them all takes most of the time in which a file is opened.
 */
export function compileLate(db: Database): Database {
  const prepare = (sql: string) => new LateStatement(db, sql) as unknown as Statement;
  return Object.create(db, { prepare: { value: prepare } }) as Database;
}

/** What the tables use of a statement. */
class LateStatement implements Pick<Statement, 'run' | 'get' | 'all'> {
  readonly #db: Database;
  readonly #sql: string;
  #compiled: Statement | undefined;

  constructor(db: Database, sql: string) {
    this.#db = db;
    this.#sql = sql;
  }

  run(...parameters: unknown[]): RunResult {
    return this.#statement.run(...parameters);
  }

  get(...parameters: unknown[]): unknown {
    return this.#statement.get(...parameters);
  }

  all(...parameters: unknown[]): unknown[] {
    return this.#statement.all(...parameters);
  }

  get #statement(): Statement {
    return (this.#compiled ??= this.#db.prepare(this.#sql));
  }
}
