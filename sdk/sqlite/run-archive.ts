import type { Database, Statement } from 'better-sqlite3';
import type { History, Pruning } from '../store/index.js';
import type { BlobTable } from './blob-table.js';

/** Tables whose rows belong to one run. */
const belongings = ['journal', 'approvals', 'effects', 'waits', 'signals', 'attributes'] as const;

/** Whole runs: copied, brought in from another file, and deleted for good. */
export class RunArchive {
  readonly #blobs: BlobTable;
  readonly #fork: Statement;
  readonly #forkJournal: Statement;
  readonly #insertRun: Statement;
  readonly #insertRecord: Statement;
  readonly #insertApproval: Statement;
  readonly #insertEffect: Statement;
  readonly #old: Statement<[number, string | null, string | null, number], { row: number; input: string; outcome: string | null }>;
  readonly #references: Statement<[number], { value: string }>;
  readonly #deletions: readonly Statement<[number]>[];

  constructor(db: Database, blobs: BlobTable) {
    this.#blobs = blobs;
    this.#fork = db.prepare(
      `INSERT INTO runs (id, workflow, version, status, epoch, created_at, updated_at, parent, queue, queue_key, priority, compensates, input_digest, input)
       SELECT @id, workflow, version, 'pending', 0, @at, @at, row, queue, queue_key, priority, compensates, input_digest, input FROM runs WHERE id = @source
       ON CONFLICT (id) DO NOTHING`,
    );
    this.#forkJournal = db.prepare(
      `INSERT INTO journal (run, seq, call, name, digest, outcome, attempts, started_at, ended_at, value)
       SELECT @run, seq, call, name, digest, outcome, attempts, started_at, ended_at, value FROM journal
       WHERE run = (SELECT row FROM runs WHERE id = @source) AND seq < @beforeSeq`,
    );
    this.#insertRun = db.prepare(
      `INSERT INTO runs (id, workflow, version, status, epoch, wake_at, cancel_reason, created_at, updated_at, deadline_at, priority, input_digest, input, outcome)
       VALUES (@id, @workflow, @version, @status, @epoch, @wakeAt, @cancelReason, @createdAt, @updatedAt, @deadlineAt, @priority, @inputDigest, @input, @outcome)
       ON CONFLICT (id) DO NOTHING`,
    );
    this.#insertRecord = db.prepare(
      `INSERT INTO journal (run, seq, call, name, digest, outcome, attempts, started_at, ended_at, value)
       VALUES (@run, @seq, @call, @name, @digest, @outcome, @attempts, @startedAt, @endedAt, @value)`,
    );
    this.#insertApproval = db.prepare(
      `INSERT INTO approvals (run, call, method, digest, args, show, requested_at, expires_at, verdict, decided_by, decided_at, reason, quorum, deciders, edited, code, signature)
       VALUES (@run, @call, @method, @digest, @args, @show, @requestedAt, @expiresAt, @verdict, @decidedBy, @decidedAt, @reason, @quorum, @deciders, @edited, @code, NULL)`,
    );
    this.#insertEffect = db.prepare(
      `INSERT INTO effects (run, call, method, scope, key, digest, state, value, intended_at, settled_at, resolved_by)
       VALUES (@run, @call, @method, @scope, @key, @digest, @state, @value, @intendedAt, @settledAt, @resolvedBy) ON CONFLICT DO NOTHING`,
    );
    this.#old = db.prepare(
      `SELECT row, input, outcome FROM runs WHERE status IN ('completed', 'failed', 'rejected', 'cancelled', 'diverged') AND updated_at < ?
         AND (? IS NULL OR status = ?) ORDER BY row LIMIT ?`,
    );
    this.#references = db.prepare(`SELECT value FROM journal WHERE run = ? AND value LIKE '@%'`);
    this.#deletions = [
      'DELETE FROM votes WHERE approval IN (SELECT id FROM approvals WHERE run = ?)',
      ...belongings.map((table) => `DELETE FROM ${table} WHERE run = ?`),
      'DELETE FROM runs WHERE row = ?',
    ].map((sql) => db.prepare(sql));
  }

  fork(source: string, id: string, beforeSeq: number, at: number): boolean {
    const { changes, lastInsertRowid } = this.#fork.run({ source, id, at });
    if (changes === 0) return false;
    this.#forkJournal.run({ run: Number(lastInsertRowid), source, beforeSeq });
    return true;
  }

  import({ run, journal, approvals, effects }: History, id: string): boolean {
    // Nobody holds a lease on an imported run: what was being executed elsewhere goes on here.
    const status = run.status === 'running' ? 'pending' : run.status;
    const { changes, lastInsertRowid } = this.#insertRun.run({
      ...nullish(run),
      id,
      status,
      input: this.#blobs.put(run.input),
      outcome: run.outcome === undefined ? null : this.#blobs.put(run.outcome),
    });
    if (changes === 0) return false;
    const row = Number(lastInsertRowid);
    for (const record of journal) this.#insertRecord.run({ ...record, run: row, value: this.#blobs.put(record.value) });
    for (const approval of approvals) {
      this.#insertApproval.run({
        ...nullish(approval),
        run: row,
        deciders: approval.deciders ? JSON.stringify(approval.deciders) : null,
        approvedBy: null,
      });
    }
    for (const effect of effects) this.#insertEffect.run({ ...nullish(effect), run: row });
    return true;
  }

  prune({ before, status, limit }: Pruning): number {
    const runs = this.#old.all(before, status ?? null, status ?? null, limit);
    const references: string[] = [];
    for (const { row, input, outcome } of runs) {
      for (const value of [input, outcome ?? '', ...this.#references.all(row).map((it) => it.value)])
        if (value.startsWith('@')) references.push(value);
      for (const deletion of this.#deletions) deletion.run(row);
    }
    this.#blobs.deleteUnused(references);
    return runs.length;
  }
}

/** SQLite knows null, not undefined. */
function nullish<T extends object>(record: T): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, (value as unknown) ?? null]));
}
