import type { Database, Statement } from 'better-sqlite3';
import type { WaitRecord } from '../store/index.js';

type Row = Omit<WaitRecord, 'wakeAt'> & { readonly wakeAt: number | null };

/** The `waits` table: what calls wait for besides operators, until their outcome is recorded. */
export class WaitTable {
  readonly #insert: Statement;
  readonly #delete: Statement;
  readonly #ofRun: Statement<[number], Row>;

  constructor(db: Database) {
    this.#insert = db.prepare(
      'INSERT INTO waits (run, call, name, digest, wake_at, since) VALUES (@run, @call, @name, @digest, @wakeAt, @since) ON CONFLICT DO NOTHING',
    );
    this.#delete = db.prepare('DELETE FROM waits WHERE run = ? AND call = ?');
    this.#ofRun = db.prepare('SELECT call, name, digest, wake_at AS wakeAt, since FROM waits WHERE run = ? ORDER BY call');
  }

  add(run: number, wait: WaitRecord): void {
    this.#insert.run({ ...wait, run, wakeAt: wait.wakeAt ?? null });
  }

  remove(run: number, call: number): void {
    this.#delete.run(run, call);
  }

  ofRun(run: number): WaitRecord[] {
    return this.#ofRun.all(run).map((row) => ({ ...row, wakeAt: row.wakeAt ?? undefined }));
  }
}
