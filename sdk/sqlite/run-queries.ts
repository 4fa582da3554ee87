import type { Database, Statement } from 'better-sqlite3';
import type { RunQuery, RunRecord, RunStatus } from '../store/index.js';
import type { BlobTable } from './blob-table.js';
import { blockedByQueue } from './queue-table.js';
import { selectRuns, toRecord, type RunRow } from './run-row.js';

interface ClaimQuery {
  readonly at: number;
  readonly known: string;
  readonly limit: number;
}

interface RunFilter {
  readonly statuses: string | null;
  readonly workflow: string | null;
  readonly search: string | null;
  /** The parts of `name=value`. */
  readonly name: string | null;
  readonly value: string | null;
  readonly before: string | null;
  readonly attributes: string;
  readonly limit: number;
}

/** A limit by itself, which SQLite plans by, would have it compile the statement anew each time that it is executed: ten times as long as to execute it. */
const limited = 'LIMIT 0 + @limit';

/** Reads over the `runs` table. */
export class RunQueries {
  readonly #blobs: BlobTable;
  readonly #claimable: readonly Statement<[ClaimQuery], { id: string }>[];
  readonly #nextWake: Statement<[number], { at: number | null }>;
  readonly #list: Statement<[RunFilter], RunRow>;
  readonly #workflows: Statement<[], { workflow: string }>;
  readonly #count: Statement<[], { status: RunStatus; n: number }>;
  readonly #cancelRequests: Statement<[string], { runId: string; reason: string }>;
  readonly #children: Statement<[number], RunRow>;
  readonly #versions: Statement<[], { workflow: string; version: string; runs: number }>;

  constructor(db: Database, blobs: BlobTable) {
    this.#blobs = blobs;
    const known = `workflow || '@' || version IN (SELECT value FROM json_each(@known))`;
    // One query an index, so that looking for work never reads the runs that wait. Left to itself, SQLite would read all of them by their rows.
    this.#claimable = [
      `SELECT id FROM runs INDEXED BY runs_owned WHERE status = 'running' AND owner NOT IN (SELECT id FROM owners WHERE expires_at > @at) AND ${known} ORDER BY row ${limited}`,
      `SELECT id FROM runs INDEXED BY runs_pending WHERE status = 'pending' AND ${known} AND NOT ${blockedByQueue} ORDER BY priority DESC, row ${limited}`,
      `SELECT id FROM runs INDEXED BY runs_waking WHERE status = 'waiting' AND wake_at <= @at AND ${known} AND NOT ${blockedByQueue} ORDER BY wake_at ${limited}`,
    ].map((sql) => db.prepare(sql));
    this.#nextWake = db.prepare(`SELECT min(wake_at) AS at FROM runs WHERE status = 'waiting' AND wake_at > ?`);
    this.#list = db.prepare(
      `${selectRuns} WHERE (@statuses IS NULL OR status IN (SELECT value FROM json_each(@statuses)))
         AND (@workflow IS NULL OR workflow = @workflow) AND (@before IS NULL OR row < (SELECT row FROM runs WHERE id = @before))
         AND (@search IS NULL OR instr(lower(id), lower(@search)) > 0 OR row IN (SELECT run FROM attributes WHERE name = @name AND value = @value))
         AND NOT EXISTS (SELECT 1 FROM json_each(@attributes) AS wanted
           WHERE NOT EXISTS (SELECT 1 FROM attributes WHERE run = runs.row AND name = wanted.key AND value = wanted.value))
       ORDER BY row DESC ${limited}`,
    );
    this.#count = db.prepare('SELECT status, count(*) AS n FROM runs GROUP BY status');
    this.#workflows = db.prepare('SELECT DISTINCT workflow FROM runs ORDER BY workflow');
    this.#cancelRequests = db.prepare(
      `SELECT id AS runId, cancel_reason AS reason FROM runs WHERE owner = ? AND status = 'running' AND cancel_reason IS NOT NULL`,
    );
    this.#children = db.prepare(`${selectRuns} WHERE runs.parent = ? AND runs.parent_call IS NOT NULL ORDER BY runs.row`);
    this.#versions = db.prepare(
      `SELECT workflow, version, count(*) AS runs FROM runs WHERE status IN ('pending', 'running', 'waiting', 'in_doubt') GROUP BY workflow, version ORDER BY workflow, version`,
    );
  }

  claimable(definitions: readonly string[], at: number, limit: number): string[] {
    const query = { at, known: JSON.stringify(definitions), limit };
    const ids = this.#claimable.flatMap((statement) => statement.all(query));
    return ids.slice(0, limit).map(({ id }) => id);
  }

  nextWake(after: number): number | undefined {
    return this.#nextWake.get(after)?.at ?? undefined;
  }

  list({ status, workflow, search, before, attributes = {}, limit = 100 }: RunQuery): RunRecord[] {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(search ?? '') ?? [];
    const filter = {
      statuses: status === undefined ? null : JSON.stringify([status].flat()),
      workflow: workflow ?? null,
      search: search || null,
      name: name ?? null,
      value: value ?? null,
      before: before ?? null,
      attributes: JSON.stringify(attributes),
      limit,
    };
    return this.#list.all(filter).map((row) => toRecord(row, this.#blobs));
  }

  count(): Partial<Record<RunStatus, number>> {
    return Object.fromEntries(this.#count.all().map(({ status, n }) => [status, n]));
  }

  workflows(): string[] {
    return this.#workflows.all().map(({ workflow }) => workflow);
  }

  cancelRequests(owner: string): { runId: string; reason: string }[] {
    return this.#cancelRequests.all(owner);
  }

  children(row: number): { run: RunRecord; call: number; detached: boolean }[] {
    return this.#children
      .all(row)
      .map((child) => ({ run: toRecord(child, this.#blobs), call: child.parent_call!, detached: child.detached === 1 }));
  }

  versions(): { workflow: string; version: string; runs: number }[] {
    return this.#versions.all();
  }
}
