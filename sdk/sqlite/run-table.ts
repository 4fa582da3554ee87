import type { Database, Statement } from 'better-sqlite3';
import { DurableFlowError } from '../errors/index.js';
import {
  isEnded,
  type CancelAnswer,
  type Claim,
  type Ending,
  type Lease,
  type NewRun,
  type Parking,
  type RunRecord,
  type RunStatus,
  type Started,
} from '../store/index.js';
import type { BlobTable } from './blob-table.js';
import { Refused } from './commit-group.js';
import { blockedByQueue } from './queue-table.js';
import { selectRuns, toRecord, type RunRow } from './run-row.js';

/** Left behind by an owner whose leases are over. Uses the parameter `@at`. */
const orphaned = `(status = 'running' AND NOT EXISTS (SELECT 1 FROM owners WHERE owners.id = runs.owner AND owners.expires_at > @at))`;
const ready = `(status = 'pending' OR (status = 'waiting' AND wake_at <= @at))`;
/** A call whose effect is in doubt has passed its gate: the decision there is not what it waits for. */
const waitsOver = `
  EXISTS (SELECT 1 FROM approvals WHERE run = @row AND verdict IS NOT NULL AND call IN (SELECT value FROM json_each(@calls))
          AND NOT EXISTS (SELECT 1 FROM effects WHERE run = @row AND effects.call = approvals.call AND state = 'intended'))
  OR EXISTS (SELECT 1 FROM effects WHERE run = @row AND state IN ('confirmed', 'denied') AND call IN (SELECT value FROM json_each(@calls)))
  OR EXISTS (SELECT 1 FROM signals JOIN waits ON waits.run = signals.run AND waits.name = 'signal:' || signals.name WHERE signals.run = @row AND signals.state = 'pending')
  OR EXISTS (SELECT 1 FROM runs AS child WHERE child.parent = @row AND child.parent_call IN (SELECT value FROM json_each(@calls))
             AND child.status IN ('completed', 'failed', 'rejected', 'cancelled', 'diverged'))`;

/** The `runs` table: one row a run, with its status and lease. Here are the writes. */
export class RunTable {
  readonly #blobs: BlobTable;
  readonly #insert: Statement;
  readonly #byId: Statement<[string], RunRow>;
  readonly #rowOf: Statement<[string], { row: number }>;
  readonly #held: Statement<[number, number]>;
  readonly #claim: Statement;
  readonly #park: Statement;
  readonly #release: Statement;
  readonly #finish: Statement;
  readonly #wake: Statement;
  readonly #wakeParent: Statement;
  readonly #cancelIdle: Statement;
  readonly #requestCancel: Statement;
  readonly #cancelChildren: Statement;
  readonly #reopen: Statement;
  readonly #releaseAll: Statement;

  constructor(db: Database, blobs: BlobTable) {
    this.#blobs = blobs;
    this.#insert = db.prepare(
      `INSERT INTO runs (id, workflow, version, status, epoch, owner, wake_at, created_at, updated_at, deadline_at, parent, parent_call, detached, queue, queue_key, priority, compensates, input_digest, input)
       VALUES (@id, @workflow, @version, @status, @epoch, @owner, @startAt, @at, @at, @deadlineAt, @parent, @parentCall, @detached, @queue, @queueKey, @priority, @compensates, @inputDigest, @input)
       ON CONFLICT (id) DO NOTHING`,
    );
    this.#byId = db.prepare(`${selectRuns} WHERE id = ?`);
    // The index has the answer; the row itself, with the input in it, is not read.
    this.#rowOf = db.prepare('SELECT row FROM runs WHERE id = ?');
    this.#held = db.prepare(`SELECT 1 FROM runs WHERE row = ? AND epoch = ? AND status = 'running'`);
    this.#claim = db.prepare(
      `UPDATE runs SET status = 'running', owner = @owner, epoch = epoch + 1, wake_at = NULL, updated_at = @at
       WHERE row = @row AND (${orphaned} OR (${ready} AND NOT ${blockedByQueue}))`,
    );
    this.#park = db.prepare(
      `UPDATE runs SET owner = NULL, wake_at = @wakeAt, updated_at = @at, status = CASE WHEN (cancel_reason IS NOT NULL AND NOT @undoing) OR ${waitsOver} THEN 'pending' ELSE @status END
       WHERE row = @row AND epoch = @epoch AND status = 'running' RETURNING status`,
    );
    this.#release = db.prepare(
      `UPDATE runs SET status = 'pending', owner = NULL, updated_at = @at WHERE row = @row AND epoch = @epoch AND status = 'running'`,
    );
    this.#finish = db.prepare(
      `UPDATE runs SET status = @status, outcome = @outcome, owner = NULL, updated_at = @at WHERE row = @row AND epoch = @epoch AND status = 'running' RETURNING parent`,
    );
    this.#wake = db.prepare(
      `UPDATE runs SET status = 'pending', wake_at = NULL, updated_at = @at WHERE row = @row AND epoch > 0 AND status IN ('waiting', 'in_doubt')`,
    );
    this.#wakeParent = db.prepare(
      `UPDATE runs SET status = 'pending', wake_at = NULL, updated_at = @at WHERE status = 'waiting'
         AND row = (SELECT parent FROM runs WHERE id = @id AND detached = 0)`,
    );
    this.#cancelIdle = db.prepare(
      `UPDATE runs SET status = 'cancelled', cancel_reason = @reason, outcome = @outcome, owner = NULL, wake_at = NULL, updated_at = @at
       WHERE id = @id AND (compensates = 0 OR epoch = 0) AND (status IN ('pending', 'waiting', 'in_doubt', 'diverged') OR ${orphaned})`,
    );
    this.#requestCancel = db.prepare(
      `UPDATE runs SET cancel_reason = coalesce(cancel_reason, @reason), wake_at = NULL, updated_at = @at,
         status = CASE WHEN status = 'running' THEN status ELSE 'pending' END WHERE id = @id`,
    );
    this.#cancelChildren = db.prepare(
      `UPDATE runs SET cancel_reason = coalesce(cancel_reason, @reason), wake_at = NULL, updated_at = @at,
         status = CASE WHEN status = 'running' THEN status ELSE 'pending' END
       WHERE parent = (SELECT row FROM runs WHERE id = @id) AND parent_call IS NOT NULL AND detached = 0
         AND status IN ('pending', 'running', 'waiting', 'in_doubt')`,
    );
    this.#reopen = db.prepare(
      `UPDATE runs SET status = 'pending', outcome = NULL, updated_at = @at WHERE id = @id AND status = 'diverged'`,
    );
    this.#releaseAll = db.prepare(
      `UPDATE runs SET status = 'pending', owner = CASE WHEN @givesBack THEN NULL ELSE owner END WHERE owner = @owner AND status = 'running'`,
    );
  }

  start(run: NewRun): StartedRow {
    const { changes, lastInsertRowid } = this.#insert.run({
      id: run.id,
      workflow: run.workflow,
      version: run.version,
      at: run.at,
      status: run.owner ? 'running' : run.startAt === undefined ? 'pending' : 'waiting',
      epoch: run.owner ? 1 : 0,
      owner: run.owner ?? null,
      startAt: run.startAt ?? null,
      deadlineAt: run.deadlineAt ?? null,
      parent: run.parent ? this.row(run.parent.runId)! : null,
      parentCall: run.parent?.call ?? null,
      detached: run.parent?.detached ? 1 : 0,
      queue: run.queue?.name ?? null,
      queueKey: run.queue?.key ?? null,
      priority: run.priority ?? 0,
      compensates: run.compensates ? 1 : 0,
      inputDigest: run.inputDigest,
      input: this.#blobs.put(run.input),
    });
    if (changes === 0) return { kind: 'exists', run: this.get(run.id)! };
    const row = Number(lastInsertRowid);
    return { kind: 'started', row, lease: run.owner ? { runId: run.id, epoch: 1, row } : undefined };
  }

  get(id: string): RunRecord | undefined {
    const row = this.#byId.get(id);
    return row && toRecord(row, this.#blobs);
  }

  row(id: string): number | undefined {
    return this.#rowOf.get(id)?.row;
  }

  claim(id: string, owner: string, at: number): Pick<Claim, 'lease' | 'run' | 'dueAt' | 'lostAt'> | undefined {
    const before = this.#byId.get(id);
    if (!before || this.#claim.run({ row: before.row, owner, at }).changes === 0) return undefined;
    const row: RunRow = { ...before, status: 'running', owner, epoch: before.epoch + 1, wake_at: null, updated_at: at };
    // The name of an owner stands until the run is given back.
    const isLost = before.owner !== null;
    return {
      lease: { runId: id, epoch: row.epoch, row: row.row },
      run: toRecord(row, this.#blobs),
      dueAt: isLost ? undefined : Math.max(before.updated_at, before.wake_at ?? 0),
      lostAt: isLost ? before.updated_at : undefined,
    };
  }

  /** Refuses the write if the lease is over. */
  assertHeld(lease: Lease): void {
    if (!this.#held.get(lease.row, lease.epoch)) throw refused(lease);
  }

  park(lease: Lease, { status, calls, wakeAt, undoing = false, at }: Parking): 'parked' | 'ready' {
    const parameters = {
      row: lease.row,
      epoch: lease.epoch,
      status,
      calls: JSON.stringify(calls),
      wakeAt: wakeAt ?? null,
      undoing: Number(undoing),
      at,
    };
    const parked = this.#park.get(parameters) as { status: RunStatus } | undefined;
    if (!parked) throw refused(lease);
    return parked.status === 'pending' ? 'ready' : 'parked';
  }

  release(lease: Lease, at: number): void {
    if (this.#release.run({ row: lease.row, epoch: lease.epoch, at }).changes === 0) throw refused(lease);
  }

  finish(lease: Lease, { status, outcome, at }: Ending): void {
    const ended = this.#finish.get({ row: lease.row, epoch: lease.epoch, status, outcome: this.#blobs.put(outcome), at }) as
      { parent: number | null } | undefined;
    if (!ended) throw refused(lease);
    if (ended.parent !== null) this.#wakeParent.run({ id: lease.runId, at });
    if (status === 'cancelled') this.#askChildren(lease.runId, at);
  }

  /** Makes a parked run claimable; does nothing to any other. */
  wake(row: number, at: number): void {
    this.#wake.run({ row, at });
  }

  cancel(id: string, reason: string, outcome: string, at: number): CancelAnswer {
    const row = this.#byId.get(id);
    if (!row) return 'unknown';
    if (this.#cancelIdle.run({ id, reason, outcome: this.#blobs.put(outcome), at }).changes > 0) {
      if (row.parent_id !== null) this.#wakeParent.run({ id, at });
      this.#askChildren(id, at);
      return 'cancelled';
    }
    if (isEnded(row.status)) return 'ended';
    this.#requestCancel.run({ id, reason, at });
    return 'requested';
  }

  /** In the same commit, so that they are cancelled even if this process dies before it gets to them. */
  #askChildren(id: string, at: number): void {
    this.#cancelChildren.run({ id, at, reason: `its parent "${id}" was cancelled` });
  }

  reopen(id: string, at: number): boolean {
    return this.#reopen.run({ id, at }).changes > 0;
  }

  releaseAll(owner: string, givesBack: boolean): number {
    return this.#releaseAll.run({ owner, givesBack: Number(givesBack) }).changes;
  }
}

/** How a start went, with the row of a new run. */
type StartedRow = Started & { readonly row?: number };

/** The answer to a write without the lease. */
export const refused = ({ runId, epoch }: Lease): Refused =>
  new Refused(new DurableFlowError('DF_FENCED', `the lease on run "${runId}" (epoch ${epoch}) is over`, { details: { runId, epoch } }));
