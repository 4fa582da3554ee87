import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { SqliteStore } from 'durableflow';
import { describe, expect, it } from 'vitest';
import { inspectDatabase } from '../../sdk/sqlite/inspect-database.js';
import { errorCode } from '../fixtures/rejection.js';
import { tempFolder } from '../fixtures/temp-folder.js';
import { newRun } from '../store/sample-records.js';

async function ours(): Promise<string> {
  const file = join(tempFolder(), 'app.db');
  const store = new SqliteStore(file);
  await store.start(newRun('r'));
  await store.close();
  return file;
}

describe('inspectDatabase', () => {
  it('tells what the file tells, and changes nothing', async () => {
    const file = await ours();
    const before = readFileSync(file);
    const condition = inspectDatabase(file, { full: true });
    expect(condition).toMatchObject({ file, bytes: before.length, walBytes: 0, damage: [], journalMode: 'wal' });
    expect(condition.schemaVersion).toBe(condition.knownSchemaVersion);
    expect(condition.budgets).toEqual({ scopes: 0, reservations: 0, reservedMicros: 0, oldestReservation: undefined });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('sees the log of a file that is in use, and leaves it there', async () => {
    const file = await ours();
    const store = new SqliteStore(file);
    await store.start(newRun('s'));
    const { walBytes, damage } = inspectDatabase(file);
    expect(damage).toEqual([]);
    expect(walBytes).toBeGreaterThan(0);
    expect(inspectDatabase(file).walBytes).toBe(walBytes);
    await store.close();
    expect(readdirSync(dirname(file))).toEqual(['app.db']);
  });

  it('neither migrates nor makes a database', async () => {
    const file = join(tempFolder(), 'empty.db');
    writeFileSync(file, '');
    expect(inspectDatabase(file)).toMatchObject({ bytes: 0, schemaVersion: 0, damage: [], budgets: undefined });
    expect(readFileSync(file)).toHaveLength(0);
    expect(await errorCode(() => inspectDatabase(join(file, '..', 'none.db')))).toBe('DF_STORE_UNAVAILABLE');
    expect(readdirSync(dirname(file))).toEqual(['empty.db']);
  });

  it('refuses what is not ours, and what is newer', async () => {
    const file = await ours();
    const db = new Database(file);
    db.pragma('user_version = 999');
    expect(await errorCode(() => inspectDatabase(file))).toBe('DF_STORE_NEWER');
    db.pragma('application_id = 7');
    db.close();
    expect(await errorCode(() => inspectDatabase(file))).toBe('DF_STORE_FOREIGN');
    writeFileSync(file, 'Buy milk.');
    expect(await errorCode(() => inspectDatabase(file))).toBe('DF_STORE_FOREIGN');
  });
});
