import type { Database, Statement } from 'better-sqlite3';
import type { BudgetScope } from '../store/index.js';

interface ReservedRow {
  readonly micros: number;
  readonly scopes: string;
}

/** The `budgets` table, one row a scope, and the reservations that are not settled yet. */
export class BudgetTable {
  readonly #committed: Statement<[string, string], { committed: number }>;
  readonly #add: Statement<[number, string, string]>;
  readonly #setAside: Statement<[string, string, number, number | null]>;
  readonly #reserve: Statement<[string, number, string, number]>;
  readonly #release: Statement<[string], ReservedRow>;

  constructor(db: Database) {
    this.#committed = db.prepare('SELECT committed FROM budgets WHERE kind = ? AND key = ?');
    // Those of a run may have been deleted with it.
    this.#add = db.prepare('UPDATE budgets SET committed = committed + ? WHERE kind = ? AND key = ?');
    this.#setAside = db.prepare(
      `INSERT INTO budgets (kind, key, committed, limit_micros) VALUES (?, ?, ?, ?)
       ON CONFLICT (kind, key) DO UPDATE SET committed = committed + excluded.committed, limit_micros = excluded.limit_micros`,
    );
    this.#reserve = db.prepare('INSERT INTO budget_reservations (id, micros, scopes, reserved_at) VALUES (?, ?, ?, ?)');
    this.#release = db.prepare('DELETE FROM budget_reservations WHERE id = ? RETURNING micros, scopes');
  }

  committed(kind: string, key: string): number {
    return this.#committed.get(kind, key)?.committed ?? 0;
  }

  /** The first scope that has too little left and what is committed there; undefined if the amount was set aside. */
  reserve(id: string, scopes: readonly BudgetScope[], micros: number, at: number): { scope: BudgetScope; committed: number } | undefined {
    for (const scope of scopes) {
      const committed = this.committed(scope.kind, scope.key);
      if (committed + micros > scope.limitMicros) return { scope, committed };
    }
    // An unlimited scope has no limit to tell of.
    for (const { kind, key, limitMicros } of scopes)
      this.#setAside.run(kind, key, micros, Number.isSafeInteger(limitMicros) ? limitMicros : null);
    this.#reserve.run(id, micros, JSON.stringify(scopes.map(({ kind, key }) => [kind, key])), at);
    return undefined;
  }

  /** Does nothing if it was settled before. */
  settle(id: string, micros: number): void {
    const reserved = this.#release.get(id);
    if (!reserved) return;
    const scopes = JSON.parse(reserved.scopes) as [string, string][];
    for (const [kind, key] of scopes) this.#add.run(micros - reserved.micros, kind, key);
  }
}
