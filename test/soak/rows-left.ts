import Database from 'better-sqlite3';

/** What belongs to processes, queues and days, and not to runs: of a queue its last start stays, and of a killed process what it had set aside. */
const ofNoRun = `name NOT LIKE 'sqlite_%' AND name NOT IN ('owners', 'queues', 'queue_starts', 'budget_reservations')`;

/** How many rows each table still has when all runs have been deleted. */
export function rowsLeft(file: string): [table: string, rows: number][] {
  const db = new Database(file, { readonly: true });
  try {
    const tables = db.prepare<[], { name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND ${ofNoRun}`).all();
    const count = (table: string) =>
      db
        .prepare<[], number>(`SELECT count(*) FROM "${table}" ${table === 'budgets' ? `WHERE kind <> 'day'` : ''}`)
        .pluck()
        .get()!;
    return tables.map(({ name }): [string, number] => [name, count(name)]).filter(([, rows]) => rows > 0);
  } finally {
    db.close();
  }
}
