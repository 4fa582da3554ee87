import type { Database, Statement } from 'better-sqlite3';
import type { JournalRecord } from '../journal/index.js';
import { isEnded, type EffectIntent, type EffectRecord, type EffectResolution, type IntentAnswer, type RunStatus } from '../store/index.js';

type RecordedOutcome = Pick<JournalRecord, 'outcome' | 'value'>;

interface Row extends Omit<EffectRecord, 'value' | 'settledAt' | 'resolvedBy'> {
  readonly run: number;
  readonly status: RunStatus;
  readonly value: string | null;
  readonly settledAt: number | null;
  readonly resolvedBy: string | null;
}

const columns = `effects.run, runs.id AS runId, runs.status, call, method, scope, key, digest, state, value, intended_at AS intendedAt, settled_at AS settledAt, resolved_by AS resolvedBy`;
const from = `FROM effects JOIN runs ON runs.row = effects.run`;

/** The `effects` table: one row an effect, its intent and what became of it. */
export class EffectTable {
  readonly #intend: Statement;
  readonly #abandon: Statement;
  readonly #settle: Statement;
  readonly #resolve: Statement;
  readonly #ofRun: Statement<[number], Row>;
  readonly #byKey: Statement<[string, string], Row>;

  constructor(db: Database) {
    this.#intend = db.prepare(
      `INSERT INTO effects (run, call, method, scope, key, digest, state, intended_at) VALUES (@run, @call, @method, @scope, @key, @digest, 'intended', @intendedAt)
       ON CONFLICT (run, call) DO UPDATE SET state = 'intended', key = @key, digest = @digest, intended_at = @intendedAt, settled_at = NULL`,
    );
    this.#abandon = db.prepare(`UPDATE effects SET state = 'abandoned' WHERE run = ? AND call = ?`);
    this.#settle = db.prepare('UPDATE effects SET state = ?, settled_at = ? WHERE run = ? AND call = ?');
    this.#resolve = db.prepare(
      `UPDATE effects SET state = @state, value = @value, settled_at = @at, resolved_by = @by WHERE run = @run AND call = @call AND state = 'intended'
         AND intended_at = coalesce(@intendedAt, intended_at)`,
    );
    this.#ofRun = db.prepare(`SELECT ${columns} ${from} WHERE effects.run = ? ORDER BY call`);
    this.#byKey = db.prepare(`SELECT ${columns} ${from} WHERE scope = ? AND key = ? AND state IN ('intended', 'done', 'confirmed')`);
  }

  /** `recorded` looks up the outcome of an effect that is done. */
  intend(run: number, intent: EffectIntent, recorded: (run: number, call: number) => RecordedOutcome | undefined): IntentAnswer {
    const other = this.#byKey.get(intent.scope, intent.key);
    if (!other || (other.run === run && other.call === intent.call)) {
      this.#intend.run({ ...intent, run });
      return { kind: 'begun' };
    }
    if (other.digest !== intent.digest) return { kind: 'key_reused' };
    // An operator's word that it has happened has a value, if only an encoded `undefined`.
    if (other.state === 'confirmed') return { kind: 'done', outcome: 'returned', value: other.value! };
    const record = recorded(other.run, other.call);
    if (record) return { kind: 'done', ...record };
    // A diverged run may be resumed and answer for itself; after any other end nobody but this run can.
    if (!isEnded(other.status) || other.status === 'diverged') return { kind: 'busy' };
    this.#abandon.run(other.run, other.call);
    this.#intend.run({ ...intent, run });
    return { kind: 'in_doubt' };
  }

  settle(run: number, call: number, state: 'done' | 'failed', at: number): void {
    this.#settle.run(state, at, run, call);
  }

  /** False if there is no effect in doubt at this call, or another one than was looked for. */
  resolve(run: number, call: number, { happened, value, by, at, intendedAt }: EffectResolution): boolean {
    const state = happened ? 'confirmed' : 'denied';
    return this.#resolve.run({ run, call, state, value: value ?? null, by: by ?? null, at, intendedAt: intendedAt ?? null }).changes > 0;
  }

  ofRun(run: number): EffectRecord[] {
    return this.#ofRun.all(run).map(toRecord);
  }
}

function toRecord({ run: _run, status: _status, ...it }: Row): EffectRecord {
  return { ...it, value: it.value ?? undefined, settledAt: it.settledAt ?? undefined, resolvedBy: it.resolvedBy ?? undefined };
}
