import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { SqliteStore } from '../../sdk/sqlite/index.js';
import { BlobTable } from '../../sdk/sqlite/blob-table.js';
import { RunQueries } from '../../sdk/sqlite/run-queries.js';
import { tempFolder } from '../fixtures/temp-folder.js';

it('looking for work reads no run that waits, however many there are: each question has its index', async () => {
  const file = `${tempFolder()}/flow.db`;
  await new SqliteStore(file).close();
  const db = new Database(file);
  const asked: string[] = [];
  const heard = Object.create(db, { prepare: { value: (sql: string) => (asked.push(sql), db.prepare(sql)) } }) as Database.Database;
  void new RunQueries(heard, new BlobTable(db));
  const forWork = asked.filter((sql) => /^SELECT (id|min\(wake_at\)) /.test(sql));
  expect(forWork).toHaveLength(5);
  for (const sql of forWork) {
    const steps = db.prepare(`EXPLAIN QUERY PLAN ${sql.replaceAll(/@(at|known|limit)|\?/g, '1')}`).all() as { detail: string }[];
    // SQLite plans by the value of a limit that stands by itself, so it compiles the statement again whenever one is bound.
    expect(sql).not.toMatch(/LIMIT [@?]/);
    expect(steps.map(({ detail }) => detail).filter((detail) => /(SCAN|SEARCH) runs\b/.test(detail))).toEqual([
      expect.stringMatching(/USING (COVERING )?INDEX runs_(owned|pending|waking)/),
    ]);
  }
  db.close();
});
