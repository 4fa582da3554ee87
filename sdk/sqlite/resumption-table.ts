import type { Database, Statement } from 'better-sqlite3';
import type { ResumptionRecord } from '../store/index.js';

/** The `resumptions` table: one row for every claim of a run but its first. */
export class ResumptionTable {
  readonly #add: Statement<{ run: number; epoch: number; at: number; owner: string }>;
  readonly #ofRun: Statement<[number], ResumptionRecord>;

  constructor(db: Database) {
    this.#add = db.prepare(
      'INSERT INTO resumptions (run, epoch, at, host, pid) SELECT @run, @epoch, @at, host, pid FROM owners WHERE id = @owner',
    );
    this.#ofRun = db.prepare('SELECT epoch, at, host, pid FROM resumptions WHERE run = ? ORDER BY epoch');
  }

  add(run: number, epoch: number, at: number, owner: string): void {
    this.#add.run({ run, epoch, at, owner });
  }

  ofRun(run: number): ResumptionRecord[] {
    return this.#ofRun.all(run);
  }
}
