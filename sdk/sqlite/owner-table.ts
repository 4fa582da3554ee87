import type { Database, Statement } from 'better-sqlite3';
import type { Owner } from '../store/index.js';

/** The `owners` table: the processes that execute runs. */
export class OwnerTable {
  readonly #join: Statement;
  readonly #heartbeat: Statement;
  readonly #leave: Statement;
  readonly #all: Statement<[], Owner>;

  constructor(db: Database) {
    this.#join = db.prepare(
      `INSERT INTO owners (id, host, pid, process_start, expires_at) VALUES (@id, @host, @pid, @processStart, @expiresAt)`,
    );
    this.#heartbeat = db.prepare('UPDATE owners SET expires_at = ? WHERE id = ?');
    this.#leave = db.prepare('DELETE FROM owners WHERE id = ?');
    this.#all = db.prepare('SELECT id, host, pid, process_start AS processStart, expires_at AS expiresAt FROM owners');
  }

  join(owner: Owner): void {
    this.#join.run(owner);
  }

  heartbeat(id: string, expiresAt: number): void {
    this.#heartbeat.run(expiresAt, id);
  }

  leave(id: string): void {
    this.#leave.run(id);
  }

  all(): Owner[] {
    return this.#all.all();
  }
}
