import { SqliteStore } from 'durableflow';
import { expect, it } from 'vitest';
import { recordsOf } from '../../sdk/sqlite/journal-table.js';

it('finds the records of a run as one range of places, and reads no other run for it', async () => {
  const store = new SqliteStore(':memory:');
  const plan = store.read((db) =>
    db.prepare(`EXPLAIN QUERY PLAN SELECT seq, value FROM journal WHERE ${recordsOf('@run')}`).all({ run: 2 }),
  );
  expect(plan).toMatchObject([{ detail: 'SEARCH journal USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)' }]);
  const found = store.read((db) => {
    const insert = db.prepare(
      `INSERT INTO journal (place, call, name, digest, outcome, attempts, started_at, ended_at, value)
       VALUES (@run << 32 | @seq, 0, 'work', '', 'returned', 1, 0, 0, '[1]')`,
    );
    for (const [run, seq] of [[1, 0xffffffff], [2, 0], [2, 0xffffffff], [3, 0]]) insert.run({ run, seq }); // prettier-ignore
    return db.prepare(`SELECT run, seq FROM journal WHERE ${recordsOf('@run')} ORDER BY place`).all({ run: 2 });
  });
  expect(found).toEqual([
    { run: 2, seq: 0 },
    { run: 2, seq: 0xffffffff },
  ]);
  await store.close();
});
