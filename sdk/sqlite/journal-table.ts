import type { Database, Statement } from 'better-sqlite3';
import type { JournalRecord } from '../journal/index.js';
import type { BlobTable } from './blob-table.js';

/** SQL: the place of a record in the journal, from the number of its run and its own in the run. */
export const placeOf = (run: string, seq: string) => `(${run} << 32 | ${seq})`;

/** SQL: a condition on the journal. It is one range of places, where `run` as a column would be a search through all of them. */
export const recordsOf = (run: string) => `place BETWEEN ${placeOf(run, '0')} AND ${placeOf(run, '0xffffffff')}`;

/** The `journal` table: outcomes of calls, clustered by run, only ever appended. */
export class JournalTable {
  readonly #blobs: BlobTable;
  readonly #append: Statement;
  readonly #ofRun: Statement<[{ run: number }], JournalRecord>;
  readonly #value: Statement<[{ run: number; call: number }], { outcome: JournalRecord['outcome']; value: string }>;

  constructor(db: Database, blobs: BlobTable) {
    this.#blobs = blobs;
    // The lease is checked in the same statement, which is all that most steps cost.
    this.#append = db.prepare(
      `INSERT INTO journal (place, call, name, digest, outcome, attempts, started_at, ended_at, value)
       SELECT ${placeOf('row', '?')}, ?, ?, ?, ?, ?, ?, ?, ? FROM runs WHERE row = ? AND epoch = ? AND status = 'running'`,
    );
    this.#ofRun = db.prepare(
      `SELECT seq, call, name, digest, outcome, attempts, started_at AS startedAt, ended_at AS endedAt, value FROM journal WHERE ${recordsOf('@run')} ORDER BY place`,
    );
    this.#value = db.prepare(`SELECT outcome, value FROM journal WHERE ${recordsOf('@run')} AND call = @call`);
  }

  /** False if the lease is over. */
  append(row: number, epoch: number, r: JournalRecord): boolean {
    return (
      this.#append.run(r.seq, r.call, r.name, r.digest, r.outcome, r.attempts, r.startedAt, r.endedAt, this.#blobs.put(r.value), row, epoch)
        .changes > 0
    );
  }

  ofRun(row: number): JournalRecord[] {
    return this.#ofRun
      .all({ run: row })
      .map((record) => (record.value.startsWith('@') ? { ...record, value: this.#blobs.get(record.value) } : record));
  }

  /** What came of a call; undefined if it has no record. */
  outcome(row: number, call: number): Pick<JournalRecord, 'outcome' | 'value'> | undefined {
    const found = this.#value.get({ run: row, call });
    return found && { outcome: found.outcome, value: this.#blobs.get(found.value) };
  }
}
