import { closeSync, openSync, readSync, statSync } from 'node:fs';
import Database, { type Database as Connection } from 'better-sqlite3';
import { migrations } from './migrations.js';
import { checkFile, checkOrigin } from './open-database.js';
import { RunCheck } from './run-check.js';
import { sqliteError } from './sqlite-error.js';

/** What the file itself tells. */
export interface DatabaseCondition {
  readonly file: string;
  readonly bytes: number;
  /** Of the write-ahead log beside the file; 0 if there is none. */
  readonly walBytes: number;
  /** What SQLite finds wrong, in its own words; nothing if it is sound. */
  readonly damage: readonly string[];
  /** How many pages there are, of how many there should be, if the file was cut short. */
  readonly cut: { readonly pages: number; readonly of: number } | undefined;
  /** Runs with values that cannot be what was written; only `full` looks for them. */
  readonly unfit: readonly { readonly runId: string; readonly what: readonly string[] }[];
  /** Undefined, like all that follows, if the damage keeps it from being read. */
  readonly schemaVersion: number | undefined;
  /** The schema that this version of durableflow makes. */
  readonly knownSchemaVersion: number;
  /** `wal`, unless no process has opened the file for use. */
  readonly journalMode: string | undefined;
  readonly budgets: BudgetCondition | undefined;
}

/** Money that is set aside and not settled, in micro-dollars. */
export interface BudgetCondition {
  readonly scopes: number;
  readonly reservations: number;
  readonly reservedMicros: number;
  readonly oldestReservation: Date | undefined;
}

/**
 * Looks at a file without changing it. `full` compares the indexes with the tables as well, and values with their digests, which takes longer. Throws
 * `DF_STORE_FOREIGN`, `DF_STORE_NEWER`, `DF_STORE_LOCKED` or `DF_STORE_UNAVAILABLE`.
 */
export function inspectDatabase(file: string, { full = false }: { readonly full?: boolean } = {}): DatabaseCondition {
  checkFile(file);
  const damage: string[] = [];
  let db: Connection | undefined;
  try {
    db = new Database(file, { readonly: true });
    const sizes = { bytes: statSync(file).size, walBytes: statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0 };
    const read = reader(db, file, damage);
    const hasSchema = read((it) => (checkOrigin(it, file), true)) ?? false;
    const answers = read((it) => it.pragma(full ? 'integrity_check' : 'quick_check') as Record<string, string>[]) ?? [];
    // One answer may have several lines; the first of them only names the database.
    const lines = answers.flatMap((answer) => Object.values(answer)).flatMap((text) => text.split('\n'));
    damage.push(...lines.filter((line) => line !== 'ok' && !line.startsWith('***')));
    const schemaVersion = hasSchema ? read((it) => it.pragma('user_version', { simple: true }) as number) : undefined;
    const unfit = full && damage.length === 0 && schemaVersion === migrations.length ? read(unfitRuns) : undefined;
    return {
      file,
      ...sizes,
      damage,
      cut: sizes.walBytes === 0 ? cutOf(file, sizes.bytes) : undefined,
      unfit: unfit ?? [],
      schemaVersion,
      knownSchemaVersion: migrations.length,
      journalMode: read((it) => it.pragma('journal_mode', { simple: true }) as string),
      budgets: schemaVersion === migrations.length ? read(budgetsOf) : undefined,
    };
  } catch (error) {
    throw sqliteError(error, file);
  } finally {
    db?.close();
  }
}

/** Reads something; damage that stands in the way is added to the list. */
function reader(db: Connection, file: string, damage: string[]) {
  return <T>(read: (db: Connection) => T): T | undefined => {
    try {
      return read(db);
    } catch (error) {
      const coded = sqliteError(error, file);
      if ((coded as { code?: unknown }).code !== 'DF_STORE_CORRUPT') throw coded;
      const what = (error as Error).message;
      if (!damage.includes(what)) damage.push(what);
      return undefined;
    }
  };
}

/** The header tells the size of a page and how many there are. */
function cutOf(file: string, bytes: number): DatabaseCondition['cut'] {
  const header = Buffer.alloc(100);
  const handle = openSync(file, 'r');
  try {
    if (readSync(handle, header, 0, header.length, 0) < header.length) return undefined;
  } finally {
    closeSync(handle);
  }
  const size = header.readUInt16BE(16);
  const [pages, of] = [Math.floor(bytes / (size === 1 ? 65_536 : size)), header.readUInt32BE(28)];
  return pages < of ? { pages, of } : undefined;
}

function unfitRuns(db: Connection): DatabaseCondition['unfit'] {
  const check = new RunCheck(db);
  const runs = db.prepare('SELECT row, id FROM runs ORDER BY row').all() as { row: number; id: string }[];
  return runs.map(({ row, id }) => ({ runId: id, what: check.of(row) })).filter(({ what }) => what.length > 0);
}

function budgetsOf(db: Connection): BudgetCondition {
  const { scopes } = db.prepare('SELECT count(*) AS scopes FROM budgets').get() as { scopes: number };
  const { reservations, micros, oldest } = db
    .prepare('SELECT count(*) AS reservations, total(micros) AS micros, min(reserved_at) AS oldest FROM budget_reservations')
    .get() as { reservations: number; micros: number; oldest: number | null };
  return { scopes, reservations, reservedMicros: micros, oldestReservation: oldest === null ? undefined : new Date(oldest) };
}
