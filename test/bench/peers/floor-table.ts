import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Setting } from './peer.js';

export type FloorRow = readonly [run: number, seq: number, value: string];

/** A file with one table, and the one statement that the floors have. */
export function openFloorTable({ folder, durability }: Pick<Setting, 'folder' | 'durability'>) {
  const db = new Database(join(folder, 'floor.db'));
  db.pragma('journal_mode = WAL');
  db.pragma(`synchronous = ${durability}`);
  db.exec('CREATE TABLE IF NOT EXISTS steps (run INTEGER, seq INTEGER, value TEXT, PRIMARY KEY (run, seq)) WITHOUT ROWID');
  const insert = db.prepare<[number, number, string]>('INSERT INTO steps VALUES (?, ?, ?)');
  const all = db.prepare<[], FloorRow>('SELECT run, seq, value FROM steps').raw();
  const removeRun = db.prepare<[number]>('DELETE FROM steps WHERE run = ?');
  const removeRuns = db.transaction((runs: readonly number[]) => {
    for (const run of runs) removeRun.run(run);
  });
  const insertAll = db.transaction((rows: readonly FloorRow[]) => {
    for (const row of rows) insert.run(...row);
  });
  return {
    insert: (row: FloorRow) => insert.run(...row),
    insertAll,
    readAll: () => all.all(),
    removeRuns,
    close: () => db.close(),
  };
}
