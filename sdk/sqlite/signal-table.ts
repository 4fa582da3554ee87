import type { Database, Statement } from 'better-sqlite3';
import type { NewSignal, SignalRecord } from '../store/index.js';

/** The `signals` table: messages for runs, in the order in which they came. */
export class SignalTable {
  readonly #insert: Statement;
  readonly #setState: Statement;
  readonly #ofRun: Statement<[number], SignalRecord>;

  constructor(db: Database) {
    this.#insert = db.prepare(
      `INSERT INTO signals (run, name, payload, state, dedupe_id, sent_at) VALUES (@run, @name, @payload, 'pending', @dedupeId, @at) ON CONFLICT DO NOTHING`,
    );
    this.#setState = db.prepare('UPDATE signals SET state = ? WHERE id = ?');
    this.#ofRun = db.prepare('SELECT id, name, payload, state, sent_at AS sentAt FROM signals WHERE run = ? ORDER BY id');
  }

  /** False if one with the same `dedupeId` is there already. */
  add(run: number, { name, payload, dedupeId, at }: NewSignal): boolean {
    return this.#insert.run({ run, name, payload, dedupeId: dedupeId ?? null, at }).changes > 0;
  }

  setState(id: number, state: 'taken' | 'refused'): void {
    this.#setState.run(state, id);
  }

  ofRun(run: number): SignalRecord[] {
    return this.#ofRun.all(run);
  }
}
