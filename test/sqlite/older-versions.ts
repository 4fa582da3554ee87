import Database, { type Database as Connection } from 'better-sqlite3';
import { migrations } from '../../sdk/sqlite/migrations.js';
import { createTables } from '../../sdk/sqlite/open-database.js';

/** All rows of all tables, as a version of the schema knew them. */
export type Content = ReadonlyMap<string, { readonly columns: readonly string[]; readonly rows: readonly unknown[] }>;

/** The versions before the one that this package makes. */
export const olderVersions = migrations.slice(1).map((_, index) => index + 1);

/** A file as a version of the schema made it, with `count` rows in each of its tables. Returns what is in it. */
export function olderFile(file: string, version: number, count = 5): Content {
  const db = createTables(file, version);
  try {
    db.transaction(() => {
      for (const table of tablesOf(db)) fill(db, table, count);
    })();
    return contentOf(db);
  } finally {
    db.close();
  }
}

/** What of this content is in the file now, table by table and column by column as it was then. */
export function contentNow(file: string, before: Content): Content {
  const db = new Database(file, { readonly: true });
  try {
    return new Map([...before].map(([table, { columns }]) => [table, { columns, rows: rowsOf(db, table, columns) }]));
  } finally {
    db.close();
  }
}

export function versionOf(file: string): number {
  const db = new Database(file, { readonly: true });
  try {
    return db.pragma('user_version', { simple: true }) as number;
  } finally {
    db.close();
  }
}

const tablesOf = (db: Connection) =>
  db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`).pluck().all() as string[];

function contentOf(db: Connection): Content {
  return new Map(
    tablesOf(db).map((table) => {
      const columns = (db.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name);
      return [table, { columns, rows: rowsOf(db, table, columns) }];
    }),
  );
}

function rowsOf(db: Connection, table: string, columns: readonly string[]): unknown[] {
  return db
    .prepare(`SELECT ${columns.join(', ')} FROM ${table} ORDER BY ${columns.join(', ')}`)
    .raw()
    .all();
}

/** Every column of every row has another value; those of the third are large. */
function fill(db: Connection, table: string, count: number): void {
  const columns = db.pragma(`table_info(${table})`) as { name: string; type: string }[];
  const insert = db.prepare(
    `INSERT INTO ${table} (${columns.map(({ name }) => name).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  for (let n = 1; n <= count; n++)
    insert.run(
      ...columns.map(({ name, type }, index) =>
        type === 'TEXT' ? `${table} ${name} ${n} ${'ä'.repeat(n === 3 ? 3000 : 3)}` : n * 100 + index,
      ),
    );
}
