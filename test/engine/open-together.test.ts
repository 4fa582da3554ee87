import Database from 'better-sqlite3';
import { SqliteStore } from 'durableflow';
import { afterEach, expect, it, vi } from 'vitest';
import { join } from 'node:path';
import { errorCode } from '../fixtures/rejection.js';
import { tempFolder } from '../fixtures/temp-folder.js';

afterEach(() => void vi.restoreAllMocks());

/** SQLite's answer, at once and whatever the timeout, to one of two processes that switch the same new file to WAL. */
function refuseWal(times: number): void {
  const { pragma } = Database.prototype as Database.Database;
  let left = times;
  vi.spyOn(Database.prototype as Database.Database, 'pragma').mockImplementation(function (this: Database.Database, ...args) {
    if (args[0].startsWith('journal_mode') && left-- > 0) throw new Database.SqliteError('database is locked', 'SQLITE_BUSY');
    return pragma.apply(this, args);
  });
}

it('a new file is opened though another process opens it at the same moment', async () => {
  refuseWal(3);
  const store = new SqliteStore(join(tempFolder(), 'runs.db'));
  expect(store.runs({})).toEqual([]);
  await store.close();
});

it('one that stays locked is given up after the timeout', async () => {
  refuseWal(Infinity);
  expect(await errorCode(() => new SqliteStore(join(tempFolder(), 'runs.db'), { busyTimeout: 50 }))).toBe('DF_STORE_LOCKED');
});
