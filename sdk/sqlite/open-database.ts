import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database, { type Database as Connection } from 'better-sqlite3';
import { DurableFlowError } from '../errors/index.js';
import { migrations } from './migrations.js';
import { sqliteError } from './sqlite-error.js';
import type { SqliteOptions } from './sqlite-options.js';

/** Marks a file as ours: "DFLW". */
const applicationId = 0x44464c57;
/** How long the log becomes, in pages of 4 KiB, before it is copied into the file: four times of what SQLite does by itself (ADR 39). */
const pagesOfLog = 4000;
const sqliteHeader = 'SQLite format 3\0';

/** Opens, checks and migrates the file. Throws a `DF_STORE_…` error, and leaves the file untouched, if it is not ours to use. */
export function openDatabase(file: string, { durability = 'power-loss', busyTimeout = 5000 }: SqliteOptions = {}): Connection {
  if (file !== ':memory:') checkFile(file);
  let db: Connection | undefined;
  try {
    db = new Database(file, { timeout: busyTimeout });
    checkOrigin(db, file);
    switchToWal(db, busyTimeout);
    db.pragma(`wal_autocheckpoint = ${pagesOfLog}`);
    db.pragma(`synchronous = ${durability === 'power-loss' ? 'FULL' : 'NORMAL'}`);
    migrate(db);
    return db;
  } catch (error) {
    db?.close();
    throw sqliteError(error, file);
  }
}

/** SQLite does not wait by itself, whatever the timeout, while another process is switching the same new file. */
function switchToWal(db: Connection, busyTimeout: number): void {
  const until = Date.now() + busyTimeout;
  for (;;) {
    try {
      db.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || Date.now() >= until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}

const isBusy = (error: unknown) => String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY');

/** Throws unless this is the path of a SQLite database, or of nothing yet. */
export function checkFile(file: string): void {
  if (!existsSync(dirname(file))) throw new DurableFlowError('DF_STORE_UNAVAILABLE', `the folder of ${file} does not exist`);
  if (!existsSync(file)) return assertWritable(dirname(file));
  const { size } = statSync(file);
  if (!statSync(file).isFile()) throw new DurableFlowError('DF_STORE_UNAVAILABLE', `${file} is not a file`);
  if (size === 0) assertNotEmptied(file);
  if (size > 0 && readHeader(file) !== sqliteHeader)
    throw new DurableFlowError('DF_STORE_FOREIGN', `${file} is no SQLite database`, { details: { file } });
}

/** SQLite would take an empty file for a new database, and delete the log of the old one. */
function assertNotEmptied(file: string): void {
  const log = `${file}-wal`;
  const logSize = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
  // Another process may just have made it: the file is written before there is a log.
  if (logSize > 0 && statSync(file).size === 0)
    throw new DurableFlowError('DF_STORE_CORRUPT', `${file} is empty, and ${log} is what was written to it last; neither was touched`);
}

function assertWritable(folder: string): void {
  try {
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    throw new DurableFlowError('DF_STORE_READONLY', `the folder ${folder} cannot be written`, { cause });
  }
}

function readHeader(file: string): string {
  const bytes = Buffer.alloc(sqliteHeader.length);
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (cause) {
    throw new DurableFlowError('DF_STORE_UNAVAILABLE', `${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  try {
    readSync(handle, bytes, 0, bytes.length, 0);
  } finally {
    closeSync(handle);
  }
  return bytes.toString('latin1');
}

/** Throws unless the database is empty, or one of ours that this version can read. */
export function checkOrigin(db: Connection, file: string): void {
  const tables = db.prepare('SELECT count(*) AS n FROM sqlite_schema').get() as { n: number };
  if (tables.n === 0) return;
  if (db.pragma('application_id', { simple: true }) !== applicationId) {
    throw new DurableFlowError('DF_STORE_FOREIGN', `${file} is the database of another program`, { details: { file } });
  }
  const newer = newerSchema(db, file);
  if (newer) throw newer;
}

/** The refusal of a file that a newer version has migrated. */
export function newerSchema(db: Connection, file: string): DurableFlowError | undefined {
  const version = db.pragma('user_version', { simple: true }) as number;
  if (version <= migrations.length) return undefined;
  return new DurableFlowError('DF_STORE_NEWER', `${file} has schema version ${version}, this durableflow knows ${migrations.length}`, {
    details: { file, version },
  });
}

/** A new file with the tables of a version. */
export function createTables(file: string, version: number): Connection {
  const db = new Database(file);
  switchToWal(db, 0);
  migrate(db, version);
  return db;
}

export function migrate(db: Connection, to = migrations.length): void {
  const current = () => db.pragma('user_version', { simple: true }) as number;
  if (current() === to) return;
  db.transaction(() => {
    for (let version = current(); version < to; version++) db.exec(migrations[version]!);
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${to}`);
  }).immediate();
}
