import Database from 'better-sqlite3';

/** What a word of a command line may name. */
export type NameKind = 'run' | 'ended run' | 'open approval' | 'doubt' | 'workflow' | 'signal' | 'planner request';

/** A name that is in the file, and what tells it from the others. */
export interface FoundName {
  readonly name: string;
  readonly note: string;
}

/** More than these are no help to who looks for one. */
const most = 50;

/** The newest first; by the ids' index where a beginning is given. Ended runs are those of the statuses that never change. */
const queries: Readonly<Record<NameKind, string>> = {
  run: `SELECT id AS name, workflow || ', ' || status AS note FROM runs WHERE id >= @from AND id < @below ORDER BY row DESC`,
  'ended run': `SELECT id AS name, workflow || ', ' || status AS note FROM runs WHERE id >= @from AND id < @below
    AND status IN ('completed', 'failed', 'rejected', 'cancelled') ORDER BY row DESC`,
  'open approval': `SELECT CAST(id AS TEXT) AS name, show AS note FROM approvals WHERE verdict IS NULL AND CAST(id AS TEXT) >= @from
    AND CAST(id AS TEXT) < @below ORDER BY id`,
  doubt: `SELECT CAST(call AS TEXT) AS name, method AS note FROM effects JOIN runs ON runs.row = effects.run WHERE runs.id = @of
    AND state = 'intended' AND CAST(call AS TEXT) >= @from AND CAST(call AS TEXT) < @below ORDER BY call`,
  workflow: `SELECT DISTINCT workflow AS name, '' AS note FROM (SELECT workflow FROM runs ORDER BY row DESC LIMIT 10000)
    WHERE workflow >= @from AND workflow < @below ORDER BY workflow`,
  signal: `SELECT DISTINCT substr(waits.name, 8) AS name, '' AS note FROM waits JOIN runs ON runs.row = waits.run WHERE runs.id = @of
    AND waits.name LIKE 'signal:%' AND substr(waits.name, 8) >= @from AND substr(waits.name, 8) < @below`,
  'planner request': `SELECT run AS name, '' AS note FROM planner_requests WHERE run >= @from AND run < @below`,
};

/**
 * The names of this kind in the file that begin so, at most fifty; `of` is the run that they belong to. It reads beside the processes that are at
 * work, and neither changes the file nor waits for it: a shell asks for this between two keystrokes.
 *
 * @throws {Error} if the file cannot be read, or is of another schema.
 */
export function findNames(file: string, kind: NameKind, beginning: string, of?: string): FoundName[] {
  const database = new Database(file, { readonly: true, fileMustExist: true, timeout: 100 });
  try {
    const bounds = { from: beginning, below: `${beginning}\u{10ffff}`, of: of ?? '' };
    return database.prepare<[typeof bounds], FoundName>(`${queries[kind]} LIMIT ${most}`).all(bounds);
  } finally {
    database.close();
  }
}
