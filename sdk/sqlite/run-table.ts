import type { Database, Statement } from 'better-sqlite3';
import { DurableFlowError } from '../errors/index.js';
import {
  isEnded,
  type CancelAnswer,
  type Ending,
  type Lease,
  type NewRun,
  type Parking,
  type RunQuery,
  type RunRecord,
  type RunStatus,
  type Started,
} from '../store/index.js';
import { Refused } from './commit-group.js';

interface Row {
  readonly row: number;
  readonly id: string;
  readonly workflow: string;
  readonly version: string;
  readonly status: RunStatus;
  readonly epoch: number;
  readonly owner: string | null;
  readonly wake_at: number | null;
  readonly cancel_reason: string | null;
  readonly created_at: number;
  readonly updated_at: number;
  readonly input_digest: string;
  readonly input: string;
  readonly outcome: string | null;
}

/** Pending, due, or left behind by an owner whose leases are over. */
const claimable = `(status = 'pending' OR (status = 'waiting' AND wake_at <= @at)
  OR (status = 'running' AND NOT EXISTS (SELECT 1 FROM owners WHERE owners.id = runs.owner AND owners.expires_at > @at)))`;

/** The `runs` table: one row a run, with its status and lease. */
export class RunTable {
  readonly #insert: Statement;
  readonly #byId: Statement<[string], Row>;
  readonly #held: Statement<[number, number]>;
  readonly #claim: Statement;
  readonly #pending: Statement<[string, number], { id: string }>;
  readonly #due: Statement<[number, string, number], { id: string }>;
  readonly #orphaned: Statement<[number, string, number], { id: string }>;
  readonly #nextWake: Statement<[number], { at: number | null }>;
  readonly #park: Statement;
  readonly #release: Statement;
  readonly #finish: Statement;
  readonly #wake: Statement;
  readonly #cancelIdle: Statement;
  readonly #requestCancel: Statement;
  readonly #reopen: Statement;
  readonly #releaseAll: Statement;
  readonly #list: Statement<[RunFilter], Row>;
  readonly #count: Statement<[], { status: RunStatus; n: number }>;
  readonly #cancelRequests: Statement<[string], { runId: string; reason: string }>;

  constructor(db: Database) {
    this.#insert = db.prepare(
      `INSERT INTO runs (id, workflow, version, status, epoch, owner, created_at, updated_at, input_digest, input)
       VALUES (@id, @workflow, @version, @status, @epoch, @owner, @at, @at, @inputDigest, @input) ON CONFLICT (id) DO NOTHING`,
    );
    this.#byId = db.prepare('SELECT * FROM runs WHERE id = ?');
    this.#held = db.prepare(`SELECT 1 FROM runs WHERE row = ? AND epoch = ? AND status = 'running'`);
    this.#claim = db.prepare(
      `UPDATE runs SET status = 'running', owner = @owner, epoch = epoch + 1, wake_at = NULL, updated_at = @at WHERE id = @id AND ${claimable}`,
    );
    // One query an index, so that a claim scan never reads the runs that wait.
    const known = `workflow || '@' || version IN (SELECT value FROM json_each(?))`;
    this.#pending = db.prepare(`SELECT id FROM runs WHERE status = 'pending' AND ${known} ORDER BY row LIMIT ?`);
    this.#due = db.prepare(`SELECT id FROM runs WHERE status = 'waiting' AND wake_at <= ? AND ${known} ORDER BY wake_at LIMIT ?`);
    this.#orphaned = db.prepare(
      `SELECT id FROM runs WHERE status = 'running' AND owner NOT IN (SELECT id FROM owners WHERE expires_at > ?) AND ${known} ORDER BY row LIMIT ?`,
    );
    this.#nextWake = db.prepare(`SELECT min(wake_at) AS at FROM runs WHERE status = 'waiting' AND wake_at > ?`);
    this.#park = db.prepare(
      `UPDATE runs SET owner = NULL, wake_at = @wakeAt, updated_at = @at, status = CASE WHEN cancel_reason IS NOT NULL
         OR EXISTS (SELECT 1 FROM approvals WHERE run = @row AND verdict IS NOT NULL AND call IN (SELECT value FROM json_each(@calls)))
         OR EXISTS (SELECT 1 FROM effects WHERE run = @row AND state IN ('confirmed', 'denied') AND call IN (SELECT value FROM json_each(@calls)))
       THEN 'pending' ELSE @status END
       WHERE row = @row AND epoch = @epoch AND status = 'running' RETURNING status`,
    );
    this.#release = db.prepare(
      `UPDATE runs SET status = 'pending', owner = NULL, updated_at = @at WHERE row = @row AND epoch = @epoch AND status = 'running'`,
    );
    this.#finish = db.prepare(
      `UPDATE runs SET status = @status, outcome = @outcome, owner = NULL, updated_at = @at WHERE row = @row AND epoch = @epoch AND status = 'running'`,
    );
    this.#wake = db.prepare(
      `UPDATE runs SET status = 'pending', wake_at = NULL, updated_at = @at WHERE row = @row AND status IN ('waiting', 'in_doubt')`,
    );
    this.#cancelIdle = db.prepare(
      `UPDATE runs SET status = 'cancelled', cancel_reason = @reason, outcome = @outcome, owner = NULL, wake_at = NULL, updated_at = @at
       WHERE id = @id AND (status IN ('waiting', 'in_doubt', 'diverged') OR ${claimable})`,
    );
    this.#requestCancel = db.prepare(
      `UPDATE runs SET cancel_reason = coalesce(cancel_reason, @reason), updated_at = @at WHERE id = @id AND status = 'running'`,
    );
    this.#reopen = db.prepare(
      `UPDATE runs SET status = 'pending', outcome = NULL, updated_at = @at WHERE id = @id AND status = 'diverged'`,
    );
    this.#releaseAll = db.prepare(`UPDATE runs SET status = 'pending', owner = NULL WHERE owner = ? AND status = 'running'`);
    this.#list = db.prepare(
      `SELECT * FROM runs WHERE (@status IS NULL OR status = @status) AND (@workflow IS NULL OR workflow = @workflow) ORDER BY row DESC LIMIT @limit`,
    );
    this.#count = db.prepare('SELECT status, count(*) AS n FROM runs GROUP BY status');
    this.#cancelRequests = db.prepare(
      `SELECT id AS runId, cancel_reason AS reason FROM runs WHERE owner = ? AND status = 'running' AND cancel_reason IS NOT NULL`,
    );
  }

  start(run: NewRun): Started {
    const { changes, lastInsertRowid } = this.#insert.run({
      ...run,
      status: run.owner ? 'running' : 'pending',
      epoch: run.owner ? 1 : 0,
      owner: run.owner ?? null,
    });
    if (changes === 0) return { kind: 'exists', run: this.get(run.id)! };
    return { kind: 'started', lease: run.owner ? { runId: run.id, epoch: 1, row: Number(lastInsertRowid) } : undefined };
  }

  get(id: string): RunRecord | undefined {
    const row = this.#byId.get(id);
    return row && toRecord(row);
  }

  row(id: string): number | undefined {
    return this.#byId.get(id)?.row;
  }

  claim(id: string, owner: string, at: number): { lease: Lease; run: RunRecord } | undefined {
    if (this.#claim.run({ id, owner, at }).changes === 0) return undefined;
    const row = this.#byId.get(id)!;
    return { lease: { runId: id, epoch: row.epoch, row: row.row }, run: toRecord(row) };
  }

  claimable(definitions: readonly string[], at: number, limit: number): string[] {
    const known = JSON.stringify(definitions);
    const found = [...this.#pending.all(known, limit), ...this.#due.all(at, known, limit), ...this.#orphaned.all(at, known, limit)];
    return found.slice(0, limit).map(({ id }) => id);
  }

  nextWake(after: number): number | undefined {
    return this.#nextWake.get(after)?.at ?? undefined;
  }

  /** Refuses the write if the lease is over. */
  assertHeld(lease: Lease): void {
    if (!this.#held.get(lease.row, lease.epoch)) throw new Refused(fenced(lease));
  }

  park(lease: Lease, { status, calls, wakeAt, at }: Parking): 'parked' | 'ready' {
    const parked = this.#park.get({
      row: lease.row,
      epoch: lease.epoch,
      status,
      calls: JSON.stringify(calls),
      wakeAt: wakeAt ?? null,
      at,
    }) as { status: RunStatus } | undefined;
    if (!parked) throw new Refused(fenced(lease));
    return parked.status === 'pending' ? 'ready' : 'parked';
  }

  release(lease: Lease, at: number): void {
    if (this.#release.run({ row: lease.row, epoch: lease.epoch, at }).changes === 0) throw new Refused(fenced(lease));
  }

  finish(lease: Lease, { status, outcome, at }: Ending): void {
    if (this.#finish.run({ row: lease.row, epoch: lease.epoch, status, outcome, at }).changes === 0) throw new Refused(fenced(lease));
  }

  /** Makes a parked run claimable; does nothing to any other. */
  wake(row: number, at: number): void {
    this.#wake.run({ row, at });
  }

  cancel(id: string, reason: string, outcome: string, at: number): CancelAnswer {
    const row = this.#byId.get(id);
    if (!row) return 'unknown';
    if (this.#cancelIdle.run({ id, reason, outcome, at }).changes > 0) return 'cancelled';
    if (isEnded(row.status)) return 'ended';
    this.#requestCancel.run({ id, reason, at });
    return 'requested';
  }

  reopen(id: string, at: number): boolean {
    return this.#reopen.run({ id, at }).changes > 0;
  }

  releaseAll(owner: string): number {
    return this.#releaseAll.run(owner).changes;
  }

  list({ status, workflow, limit = 100 }: RunQuery): RunRecord[] {
    return this.#list.all({ status: status ?? null, workflow: workflow ?? null, limit }).map(toRecord);
  }

  count(): Partial<Record<RunStatus, number>> {
    return Object.fromEntries(this.#count.all().map(({ status, n }) => [status, n]));
  }

  cancelRequests(owner: string): { runId: string; reason: string }[] {
    return this.#cancelRequests.all(owner);
  }
}

interface RunFilter {
  readonly status: RunStatus | null;
  readonly workflow: string | null;
  readonly limit: number;
}

const fenced = ({ runId, epoch }: Lease) =>
  new DurableFlowError('DF_FENCED', `the lease on run "${runId}" (epoch ${epoch}) is over`, { details: { runId, epoch } });

function toRecord(row: Row): RunRecord {
  return {
    id: row.id,
    workflow: row.workflow,
    version: row.version,
    status: row.status,
    input: row.input,
    inputDigest: row.input_digest,
    outcome: row.outcome ?? undefined,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    wakeAt: row.wake_at ?? undefined,
    owner: row.owner ?? undefined,
    epoch: row.epoch,
    cancelReason: row.cancel_reason ?? undefined,
  };
}
