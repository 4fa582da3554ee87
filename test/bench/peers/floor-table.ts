import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Setting } from './peer.js';

export type FloorRow = readonly [run: number, seq: number, value: string];

/** A file with one table, and the one statement that the floors have. */
export function openFloorTable({ folder, durability }: Pick<Setting, 'folder' | 'durability'>) {
  const db = new Database(join(folder, 'floor.db'));
  db.pragma('journal_mode = WAL');
  db.pragma(`synchronous = ${durability}`);
  db.exec('CREATE TABLE steps (run INTEGER, seq INTEGER, value TEXT, PRIMARY KEY (run, seq)) WITHOUT ROWID');
  const insert = db.prepare<[number, number, string]>('INSERT INTO steps VALUES (?, ?, ?)');
  const insertAll = db.transaction((rows: readonly FloorRow[]) => {
    for (const row of rows) insert.run(...row);
  });
  return { insert: (row: FloorRow) => insert.run(...row), insertAll, close: () => db.close() };
}
