import type { Database, Statement } from 'better-sqlite3';
import type { ArtifactQuery, ArtifactState, ArtifactUse, DecisionRecord, FoundUse, ModelCallRecord } from '../store/index.js';
import { recordsOf } from './journal-table.js';

interface DecisionRow {
  readonly call: number;
  readonly method: string;
  readonly recordedAt: number;
  readonly inherited: number;
  readonly budget: string | null;
}

interface UseRow {
  readonly call: number;
  readonly reference: string;
  readonly digest: string;
  readonly content: string | null;
  readonly state: ArtifactState;
  readonly reason: string | null;
  readonly tokens: number | null;
  readonly score: number | null;
  readonly rank: number | null;
  readonly pinned: number;
}

/** JSON leaves out what is undefined. */
const nothingKnown = {
  target: undefined, answeredBy: undefined, answerDigest: undefined, usage: undefined, costUsd: undefined, chargedUsd: undefined, stopReason: undefined, requestId: undefined,
  prompt: undefined, answer: undefined,
}; // prettier-ignore

/** What a copy of a run takes over: the decisions whose calls are in its journal. */
const ofCopied = `run = (SELECT row FROM runs WHERE id = @source) AND call IN (SELECT call FROM journal WHERE ${recordsOf('@run')})`;

/**
 * The `decisions` of runs, with the material that they knew and the models that they asked. What a piece of material is
 * called, and its digest, are kept once in `artifacts`, however many decisions have used it.
 */
export class DecisionTable {
  readonly #decide: Statement;
  readonly #forgetUses: Statement<[number, number]>;
  readonly #artifact: Statement<[string, string], { row: number; content: string | null }>;
  readonly #addArtifact: Statement<[string, string, string | null]>;
  readonly #keepContent: Statement<[string, number]>;
  readonly #addUse: Statement;
  readonly #callsSoFar: Statement<[number, number], { n: number }>;
  readonly #addCall: Statement<[number, number, number, string]>;
  readonly #decisions: Statement<[number], DecisionRow>;
  readonly #uses: Statement<[number], UseRow>;
  readonly #calls: Statement<[number], { call: number; record: string }>;
  readonly #find: Statement<[{ reference: string | null; digest: string | null; limit: number }], FoundUse & { reason: string | null }>;
  readonly #copies: readonly Statement<[{ run: number; source: string }]>[];
  readonly #artifactsOf: Statement<[number], { artifact: number }>;
  readonly #deleteUnused: Statement<[{ artifact: number }]>;

  constructor(db: Database) {
    this.#decide = db.prepare(
      `INSERT INTO decisions (run, call, method, recorded_at, inherited, budget) VALUES (@run, @call, @method, @recordedAt, @inherited, @budget)
       ON CONFLICT DO UPDATE SET recorded_at = @recordedAt, budget = @budget`,
    );
    this.#forgetUses = db.prepare('DELETE FROM artifact_uses WHERE run = ? AND call = ?');
    this.#artifact = db.prepare('SELECT row, content FROM artifacts WHERE reference = ? AND digest = ?');
    this.#addArtifact = db.prepare('INSERT INTO artifacts (reference, digest, content) VALUES (?, ?, ?)');
    this.#keepContent = db.prepare('UPDATE artifacts SET content = ? WHERE row = ?');
    this.#addUse = db.prepare(
      'INSERT INTO artifact_uses (run, call, position, artifact, state, reason, tokens, score, rank, pinned) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    this.#callsSoFar = db.prepare('SELECT count(*) AS n FROM model_calls WHERE run = ? AND call = ?');
    this.#addCall = db.prepare('INSERT INTO model_calls (run, call, n, record) VALUES (?, ?, ?, ?)');
    this.#decisions = db.prepare(
      'SELECT call, method, recorded_at AS recordedAt, inherited, budget FROM decisions WHERE run = ? ORDER BY call',
    );
    this.#uses = db.prepare(
      `SELECT call, reference, digest, content, state, reason, tokens, score, rank, pinned
       FROM artifact_uses JOIN artifacts ON artifacts.row = artifact WHERE run = ? ORDER BY call, position`,
    );
    this.#calls = db.prepare('SELECT call, record FROM model_calls WHERE run = ? ORDER BY call, n');
    const find = (condition: string) => `SELECT row FROM artifacts WHERE ${condition}`;
    this.#find = db.prepare(
      `SELECT runs.id AS runId, runs.workflow, uses.call, decisions.method, decisions.recorded_at AS recordedAt, reference, digest, uses.state, uses.reason
       FROM artifact_uses AS uses JOIN artifacts ON artifacts.row = uses.artifact JOIN runs ON runs.row = uses.run
         JOIN decisions ON decisions.run = uses.run AND decisions.call = uses.call
       WHERE uses.artifact IN (${find('reference = @reference')} UNION ${find('digest = @digest')})
         AND (@reference IS NULL OR reference = @reference) AND (@digest IS NULL OR digest = @digest)
       ORDER BY uses.run DESC, uses.call, uses.position LIMIT @limit`,
    );
    this.#copies = [
      `INSERT INTO decisions (run, call, method, recorded_at, inherited, budget) SELECT @run, call, method, recorded_at, 1, budget FROM decisions WHERE ${ofCopied}`,
      `INSERT INTO artifact_uses (run, call, position, artifact, state, reason, tokens, score, rank, pinned)
       SELECT @run, call, position, artifact, state, reason, tokens, score, rank, pinned FROM artifact_uses WHERE ${ofCopied}`,
      `INSERT INTO model_calls (run, call, n, record) SELECT @run, call, n, record FROM model_calls WHERE ${ofCopied}`,
    ].map((sql) => db.prepare(sql));
    this.#artifactsOf = db.prepare('SELECT DISTINCT artifact FROM artifact_uses WHERE run = ?');
    this.#deleteUnused = db.prepare(
      'DELETE FROM artifacts WHERE row = @artifact AND NOT EXISTS (SELECT 1 FROM artifact_uses WHERE artifact = @artifact)',
    );
  }

  /** The material replaces what was known of it before; model calls are added to those that are there. */
  record(run: number, { call, method, recordedAt, budget, artifacts, modelCalls, inherited }: DecisionRecord): void {
    this.#decide.run({ run, call, method, recordedAt, inherited: inherited ? 1 : 0, budget: budget ? JSON.stringify(budget) : null });
    this.#forgetUses.run(run, call);
    for (const [position, use] of artifacts.entries()) this.#use(run, call, position, use);
    let { n } = this.#callsSoFar.get(run, call)!;
    for (const modelCall of modelCalls) this.#addCall.run(run, call, n++, JSON.stringify(modelCall));
  }

  ofRun(run: number): DecisionRecord[] {
    const uses = grouped(this.#uses.all(run), toUse);
    const calls = grouped(this.#calls.all(run), ({ record }) => ({ ...nothingKnown, ...(JSON.parse(record) as ModelCallRecord) }));
    return this.#decisions.all(run).map(({ budget, inherited, ...decision }) => ({
      ...decision,
      inherited: inherited === 1,
      budget: budget === null ? undefined : (JSON.parse(budget) as NonNullable<DecisionRecord['budget']>),
      artifacts: uses.get(decision.call) ?? [],
      modelCalls: calls.get(decision.call) ?? [],
    }));
  }

  uses({ reference, digest, limit = 100 }: ArtifactQuery): FoundUse[] {
    const found = this.#find.all({ reference: reference ?? null, digest: digest ?? null, limit });
    return found.map((use) => ({ ...use, reason: use.reason ?? undefined }));
  }

  /** Gives a new run what its journal has of another one. */
  copy(run: number, source: string): void {
    for (const copy of this.#copies) copy.run({ run, source });
  }

  /** The artifacts that a run has used, for `deleteUnused` when it is gone. */
  artifactsOf(run: number): number[] {
    return this.#artifactsOf.all(run).map(({ artifact }) => artifact);
  }

  deleteUnused(artifacts: Iterable<number>): void {
    for (const artifact of artifacts) this.#deleteUnused.run({ artifact });
  }

  #use(run: number, call: number, position: number, use: ArtifactUse): void {
    const { state, reason = null, tokens = null, score = null, rank = null, pinned } = use;
    this.#addUse.run(run, call, position, this.#rowOf(use), state, reason, tokens, score, rank, pinned ? 1 : 0);
  }

  #rowOf({ reference, digest, content }: ArtifactUse): number {
    const known = this.#artifact.get(reference, digest);
    if (!known) return Number(this.#addArtifact.run(reference, digest, content ?? null).lastInsertRowid);
    if (content !== undefined && known.content === null) this.#keepContent.run(content, known.row);
    return known.row;
  }
}

function toUse({ call: _call, ...row }: UseRow): ArtifactUse {
  return {
    ...row,
    reason: row.reason ?? undefined,
    tokens: row.tokens ?? undefined,
    score: row.score ?? undefined,
    rank: row.rank ?? undefined,
    pinned: row.pinned === 1,
    content: row.content ?? undefined,
  };
}

function grouped<Row extends { readonly call: number }, T>(rows: readonly Row[], convert: (row: Row) => T): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const row of rows) {
    const group = groups.get(row.call);
    if (group) group.push(convert(row));
    else groups.set(row.call, [convert(row)]);
  }
  return groups;
}
