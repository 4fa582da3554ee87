import type { Database, Statement } from 'better-sqlite3';
import type { ApprovalDecision, ApprovalRecord, ApprovalRequest, DecideAnswer, Verdict } from '../store/index.js';

interface Row extends Omit<ApprovalRecord, 'expiresAt' | 'verdict' | 'decidedBy' | 'decidedAt' | 'reason'> {
  readonly row: number;
  readonly status: string;
  readonly expiresAt: number | null;
  readonly verdict: Verdict | null;
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
  readonly reason: string | null;
}

const columns = `approvals.id, approvals.run AS row, runs.id AS runId, runs.workflow, runs.status, call, method, digest, args, show,
  requested_at AS requestedAt, expires_at AS expiresAt, verdict, decided_by AS decidedBy, decided_at AS decidedAt, reason`;
const from = `FROM approvals JOIN runs ON runs.row = approvals.run`;
/** A gate of a run that can still go through it. */
const open = `verdict IS NULL AND runs.status IN ('pending', 'running', 'waiting', 'in_doubt')`;

/** The `approvals` table: one row a gate. */
export class ApprovalTable {
  readonly #request: Statement;
  readonly #decide: Statement;
  readonly #get: Statement<[number], Row>;
  readonly #ofRun: Statement<[number], Row>;
  readonly #all: Statement<[], Row>;
  readonly #open: Statement<[], Row>;

  constructor(db: Database) {
    this.#request = db.prepare(
      `INSERT INTO approvals (run, call, method, digest, args, show, requested_at, expires_at)
       VALUES (@run, @call, @method, @digest, @args, @show, @requestedAt, @expiresAt) ON CONFLICT (run, call) DO NOTHING`,
    );
    this.#decide = db.prepare(
      'UPDATE approvals SET verdict = @verdict, decided_by = @by, decided_at = @at, reason = @reason WHERE id = @id AND verdict IS NULL',
    );
    this.#get = db.prepare(`SELECT ${columns} ${from} WHERE approvals.id = ?`);
    this.#ofRun = db.prepare(`SELECT ${columns} ${from} WHERE approvals.run = ? ORDER BY approvals.id`);
    this.#all = db.prepare(`SELECT ${columns} ${from} ORDER BY approvals.id`);
    this.#open = db.prepare(`SELECT ${columns} ${from} WHERE ${open} ORDER BY approvals.id`);
  }

  request(run: number, request: ApprovalRequest): void {
    this.#request.run({ ...request, run, expiresAt: request.expiresAt ?? null });
  }

  /** The answer, and the run's row if the decision was recorded. */
  decide(id: number, { verdict, by, reason, at, digest }: ApprovalDecision): { answer: DecideAnswer; row?: number } {
    const found = this.#get.get(id);
    if (!found) return { answer: 'unknown' };
    if (found.verdict) return { answer: 'decided' };
    if (!['pending', 'running', 'waiting', 'in_doubt'].includes(found.status)) return { answer: 'ended' };
    if (digest !== undefined && digest !== found.digest) return { answer: 'changed' };
    this.#decide.run({ id, verdict, by: by ?? null, at, reason: reason ?? null });
    return { answer: 'recorded', row: found.row };
  }

  get(id: number): ApprovalRecord | undefined {
    const row = this.#get.get(id);
    return row && toRecord(row);
  }

  ofRun(row: number): ApprovalRecord[] {
    return this.#ofRun.all(row).map(toRecord);
  }

  all(): ApprovalRecord[] {
    return this.#all.all().map(toRecord);
  }

  open(): ApprovalRecord[] {
    return this.#open.all().map(toRecord);
  }
}

function toRecord({ row: _row, status: _status, ...it }: Row): ApprovalRecord {
  return {
    ...it,
    expiresAt: it.expiresAt ?? undefined,
    verdict: it.verdict ?? undefined,
    decidedBy: it.decidedBy ?? undefined,
    decidedAt: it.decidedAt ?? undefined,
    reason: it.reason ?? undefined,
  };
}
