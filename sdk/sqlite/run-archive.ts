import type { Database, Statement } from 'better-sqlite3';
import type { History, Pruning } from '../store/index.js';
import type { BlobTable } from './blob-table.js';
import type { DecisionTable } from './decision-table.js';
import { placeOf, recordsOf } from './journal-table.js';

/** Tables whose rows belong to one run, by its number in the column `run`. */
export const belongings = [
  'approvals', 'effects', 'waits', 'signals', 'attributes', 'decisions', 'artifact_uses', 'model_calls', 'resumptions',
] as const; // prettier-ignore

/** Runs that may be deleted. Takes a moment, and a status twice. */
const old = `FROM runs WHERE status IN ('completed', 'failed', 'rejected', 'cancelled', 'diverged') AND updated_at < ?
  AND (? IS NULL OR status = ?) AND NOT EXISTS (SELECT 1 FROM runs AS parent WHERE parent.row = runs.parent AND runs.detached = 0
    AND parent.status IN ('pending', 'running', 'waiting', 'in_doubt'))`;

const idOfRun = '(SELECT id FROM runs WHERE row = @run)';

/** Whole runs: copied, brought in from another file, and deleted for good. */
export class RunArchive {
  readonly #blobs: BlobTable;
  readonly #decisions: DecisionTable;
  readonly #fork: Statement;
  readonly #forkJournal: Statement;
  readonly #insertRun: Statement;
  readonly #insertRecord: Statement;
  readonly #insertApproval: Statement;
  readonly #insertVote: Statement;
  readonly #insertEffect: Statement;
  readonly #insertWait: Statement;
  readonly #insertSignal: Statement;
  readonly #insertAttribute: Statement;
  readonly #old: Statement<[number, string | null, string | null, number], { row: number; input: string; outcome: string | null }>;
  readonly #byId: Statement<[string], { row: number; input: string; outcome: string | null }>;
  readonly #countOld: Statement<[number, string | null, string | null], { n: number }>;
  readonly #references: Statement<[{ run: number }], { value: string }>;
  readonly #deletions: readonly Statement<[{ run: number }]>[];

  constructor(db: Database, blobs: BlobTable, decisions: DecisionTable) {
    this.#blobs = blobs;
    this.#decisions = decisions;
    this.#fork = db.prepare(
      `INSERT INTO runs (id, workflow, version, status, epoch, created_at, updated_at, parent, queue, queue_key, priority, compensates, input_digest, input)
       SELECT @id, workflow, version, 'pending', 0, @at, @at, row, queue, queue_key, priority, compensates, input_digest, input FROM runs WHERE id = @source
       ON CONFLICT (id) DO NOTHING`,
    );
    this.#forkJournal = db.prepare(
      `INSERT INTO journal (place, call, name, digest, outcome, attempts, started_at, ended_at, value)
       SELECT ${placeOf('@run', 'seq')}, call, name, digest, outcome, attempts, started_at, ended_at, value FROM journal
       WHERE ${recordsOf('(SELECT row FROM runs WHERE id = @source)')} AND seq < @beforeSeq`,
    );
    this.#insertRun = db.prepare(
      // Whether it has steps to undo is not on record, so only its own code may end it.
      `INSERT INTO runs (id, workflow, version, status, epoch, wake_at, cancel_reason, created_at, updated_at, deadline_at, priority, compensates, input_digest, input, outcome)
       VALUES (@id, @workflow, @version, @status, @epoch, @wakeAt, @cancelReason, @createdAt, @updatedAt, @deadlineAt, @priority, 1, @inputDigest, @input, @outcome)
       ON CONFLICT (id) DO NOTHING`,
    );
    this.#insertRecord = db.prepare(
      `INSERT INTO journal (place, call, name, digest, outcome, attempts, started_at, ended_at, value)
       VALUES (${placeOf('@run', '@seq')}, @call, @name, @digest, @outcome, @attempts, @startedAt, @endedAt, @value)`,
    );
    this.#insertApproval = db.prepare(
      `INSERT INTO approvals (run, call, method, digest, args, show, requested_at, expires_at, verdict, decided_by, decided_at, reason, quorum, deciders, edited, code, signature)
       VALUES (@run, @call, @method, @digest, @args, @show, @requestedAt, @expiresAt, @verdict, @decidedBy, @decidedAt, @reason, @quorum, @deciders, @edited, @code, NULL)`,
    );
    this.#insertVote = db.prepare('INSERT INTO votes (approval, by, at) VALUES (?, ?, ?)');
    this.#insertWait = db.prepare(
      'INSERT INTO waits (run, call, name, digest, wake_at, since) VALUES (@run, @call, @name, @digest, @wakeAt, @since)',
    );
    this.#insertSignal = db.prepare(
      'INSERT INTO signals (run, name, payload, state, dedupe_id, sent_at) VALUES (@run, @name, @payload, @state, NULL, @sentAt)',
    );
    this.#insertEffect = db.prepare(
      `INSERT INTO effects (run, call, method, scope, key, digest, state, value, intended_at, settled_at, resolved_by)
       VALUES (@run, @call, @method, @scope, @key, @digest, @state, @value, @intendedAt, @settledAt, @resolvedBy) ON CONFLICT DO NOTHING`,
    );
    this.#insertAttribute = db.prepare('INSERT INTO attributes (run, name, value) VALUES (?, ?, ?)');
    this.#old = db.prepare(`SELECT row, input, outcome ${old} ORDER BY row LIMIT ?`);
    this.#byId = db.prepare('SELECT row, input, outcome FROM runs WHERE id = ?');
    this.#countOld = db.prepare(`SELECT count(*) AS n ${old}`);
    this.#references = db.prepare(`SELECT value FROM journal WHERE ${recordsOf('@run')} AND value LIKE '@%'`);
    this.#deletions = [
      'DELETE FROM votes WHERE approval IN (SELECT id FROM approvals WHERE run = @run)',
      `DELETE FROM journal WHERE ${recordsOf('@run')}`,
      ...belongings.map((table) => `DELETE FROM ${table} WHERE run = @run`),
      `DELETE FROM budgets WHERE kind = 'run' AND key = ${idOfRun}`,
      // Those of a child with a name below this one's have a slash more. A zero is what comes after a slash.
      `DELETE FROM budgets WHERE kind = 'step' AND key > ${idOfRun} || '/' AND key < ${idOfRun} || '0' AND instr(substr(key, length(${idOfRun}) + 2), '/') = 0`,
      'DELETE FROM runs WHERE row = @run',
    ].map((sql) => db.prepare(sql));
  }

  fork(source: string, id: string, beforeSeq: number, at: number): boolean {
    const { changes, lastInsertRowid } = this.#fork.run({ source, id, at });
    if (changes === 0) return false;
    const run = Number(lastInsertRowid);
    this.#forkJournal.run({ run, source, beforeSeq });
    this.#decisions.copy(run, source);
    return true;
  }

  import({ run, journal, approvals, effects, waits, signals, attributes, decisions = [] }: History, id: string): boolean {
    // Nobody holds a lease on an imported run, and no child will wake it: it looks here for what it has to wait for.
    const goesOn = run.status === 'running' || (run.status === 'waiting' && waits.some(({ name }) => name.startsWith('child:')));
    const status = goesOn ? 'pending' : run.status;
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
      const { lastInsertRowid: gate } = this.#insertApproval.run({
        ...nullish(approval),
        run: row,
        deciders: approval.deciders ? JSON.stringify(approval.deciders) : null,
        approvedBy: null,
      });
      for (const by of approval.approvedBy) this.#insertVote.run(gate, by, approval.decidedAt ?? approval.requestedAt);
    }
    for (const effect of effects) this.#insertEffect.run({ ...nullish(effect), run: row });
    for (const wait of waits) this.#insertWait.run({ ...nullish(wait), run: row });
    for (const signal of signals) this.#insertSignal.run({ ...signal, run: row });
    for (const [name, value] of Object.entries(attributes)) this.#insertAttribute.run(row, name, value);
    for (const decision of decisions) this.#decisions.record(row, decision);
    return true;
  }

  prunable({ before, status = null }: { before: number; status?: string | null | undefined }): number {
    return this.#countOld.get(before, status, status)!.n;
  }

  prune({ before, status, limit }: Pruning): number {
    return this.#delete(this.#old.all(before, status ?? null, status ?? null, limit));
  }

  /** Deletes a run, whatever its status. */
  remove(id: string): boolean {
    return this.#delete(this.#byId.all(id)) > 0;
  }

  #delete(runs: readonly { row: number; input: string; outcome: string | null }[]): number {
    const references: string[] = [];
    const artifacts = new Set<number>();
    for (const { row, input, outcome } of runs) {
      for (const value of [input, outcome ?? '', ...this.#references.all({ run: row }).map((it) => it.value)])
        if (value.startsWith('@')) references.push(value);
      for (const artifact of this.#decisions.artifactsOf(row)) artifacts.add(artifact);
      for (const deletion of this.#deletions) deletion.run({ run: row });
    }
    this.#blobs.deleteUnused(references);
    this.#decisions.deleteUnused(artifacts);
    return runs.length;
  }
}

/** What may be undefined in a history, and so is absent from one that has been a JSON file. */
const optional = [
  'wakeAt', 'cancelReason', 'deadlineAt', 'expiresAt', 'verdict', 'decidedBy', 'decidedAt', 'reason', 'edited', 'value', 'settledAt', 'resolvedBy',
]; // prettier-ignore
const absent = Object.fromEntries(optional.map((name) => [name, null]));

/** SQLite knows null, not undefined. */
function nullish<T extends object>(record: T): Record<string, unknown> {
  return { ...absent, ...Object.fromEntries(Object.entries(record).map(([key, value]) => [key, (value as unknown) ?? null])) };
}
