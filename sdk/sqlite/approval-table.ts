import type { Database, Statement } from 'better-sqlite3';
import {
  isEnded,
  type ApprovalDecision,
  type ApprovalRecord,
  type ApprovalRequest,
  type DecideAnswer,
  type RunStatus,
  type Verdict,
  type Vote,
} from '../store/index.js';

interface Row extends Omit<
  ApprovalRecord,
  'expiresAt' | 'verdict' | 'decidedBy' | 'decidedAt' | 'reason' | 'deciders' | 'approvedBy' | 'edited' | 'signature'
> {
  readonly row: number;
  readonly status: RunStatus;
  readonly expiresAt: number | null;
  readonly verdict: Verdict | null;
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
  readonly reason: string | null;
  readonly deciders: string | null;
  readonly approvedBy: string;
  readonly edited: string | null;
  readonly signature: string | null;
}

const columns = `approvals.id, approvals.run AS row, runs.id AS runId, runs.workflow, runs.status, call, method, digest, args, show,
  requested_at AS requestedAt, expires_at AS expiresAt, verdict, decided_by AS decidedBy, decided_at AS decidedAt, reason,
  quorum, deciders, edited, code, signature, (SELECT json_group_array(by) FROM votes WHERE approval = approvals.id) AS approvedBy`;
const from = `FROM approvals JOIN runs ON runs.row = approvals.run`;
/** A gate of a run that can still go through it. */
const open = `verdict IS NULL AND runs.status IN ('pending', 'running', 'waiting', 'in_doubt')`;

/** The `approvals` and `votes` tables: one row a gate, and those who have said yes to it. */
export class ApprovalTable {
  readonly #request: Statement;
  readonly #vote: Statement;
  readonly #votes: Statement<[number], Omit<Vote, 'signature'> & { readonly signature: string | null }>;
  readonly #clearVotes: Statement;
  readonly #decide: Statement;
  readonly #reopen: Statement;
  readonly #get: Statement<[number], Row>;
  readonly #ofRun: Statement<[number], Row>;
  readonly #all: Statement<[], Row>;
  readonly #open: Statement<[], Row>;
  readonly #count: Statement<[], { n: number }>;

  constructor(db: Database) {
    this.#request = db.prepare(
      `INSERT INTO approvals (id, run, call, method, digest, args, show, requested_at, expires_at, quorum, deciders, code)
       VALUES (@id, @run, @call, @method, @digest, @args, @show, @requestedAt, @expiresAt, @quorum, @deciders, @code) ON CONFLICT (run, call) DO NOTHING`,
    );
    this.#vote = db.prepare('INSERT INTO votes (approval, by, at, signature) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING');
    this.#votes = db.prepare('SELECT by, at, signature FROM votes WHERE approval = ? ORDER BY at, by');
    this.#clearVotes = db.prepare('DELETE FROM votes WHERE approval = ?');
    this.#decide = db.prepare(
      `UPDATE approvals SET verdict = @verdict, decided_by = @by, decided_at = @at, reason = @reason, edited = @edited, signature = @signature
       WHERE id = @id AND verdict IS NULL`,
    );
    this.#reopen = db.prepare(
      `UPDATE approvals SET verdict = NULL, decided_by = NULL, decided_at = NULL, reason = NULL, edited = NULL, signature = NULL, code = @code WHERE id = @id`,
    );
    this.#get = db.prepare(`SELECT ${columns} ${from} WHERE approvals.id = ?`);
    this.#ofRun = db.prepare(`SELECT ${columns} ${from} WHERE approvals.run = ? ORDER BY approvals.id`);
    this.#all = db.prepare(`SELECT ${columns} ${from} ORDER BY approvals.id`);
    this.#open = db.prepare(`SELECT ${columns} ${from} WHERE ${open} ORDER BY approvals.id`);
    this.#count = db.prepare(`SELECT count(*) AS n ${from} WHERE ${open}`);
  }

  request(run: number, request: ApprovalRequest): void {
    this.#request.run({
      ...request,
      id: request.id ?? null,
      run,
      expiresAt: request.expiresAt ?? null,
      deciders: request.deciders ? JSON.stringify(request.deciders) : null,
    });
  }

  /** The answer; and the run's row, if the gate is decided now. A yes below the quorum is recorded as a vote. */
  decide(id: number, decision: ApprovalDecision): { answer: DecideAnswer; row?: number } {
    const { verdict, by, reason, at, digest, edited, signature } = decision;
    const found = this.get(id);
    const { row, status } = this.#get.get(id) ?? {};
    if (!found || !status) return { answer: 'unknown' };
    if (found.verdict) return { answer: 'decided' };
    if (isEnded(status)) return { answer: 'ended' };
    // Nobody may have noticed yet that its time is over.
    if (verdict !== 'expired' && found.expiresAt !== undefined && found.expiresAt <= at) return { answer: 'expired' };
    if (digest !== undefined && digest !== found.digest) return { answer: 'changed' };
    if (by !== undefined && found.deciders && !found.deciders.includes(by)) return { answer: 'forbidden' };
    if (verdict === 'approved' && by !== undefined) {
      if (this.#vote.run(id, by, at, signature ?? null).changes === 0) return { answer: 'decided' };
      if (found.approvedBy.length + 1 < found.quorum) return { answer: 'recorded' };
    }
    this.#decide.run({ id, verdict, by: by ?? null, at, reason: reason ?? null, edited: edited ?? null, signature: signature ?? null });
    return { answer: 'recorded', row: row! };
  }

  votes(id: number): Vote[] {
    return this.#votes.all(id).map(({ signature, ...vote }) => ({ ...vote, signature: signature ?? undefined }));
  }

  reopen(id: number, code: string): void {
    this.#clearVotes.run(id);
    this.#reopen.run({ id, code });
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

  count(): number {
    return this.#count.get()!.n;
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
    deciders: it.deciders === null ? undefined : (JSON.parse(it.deciders) as string[]),
    approvedBy: JSON.parse(it.approvedBy) as string[],
    edited: it.edited ?? undefined,
    signature: it.signature ?? undefined,
  };
}
