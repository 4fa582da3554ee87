import type { Database, Statement } from 'better-sqlite3';
import type { BudgetRecord, DaySpend, ModelSpend, SpendRecord } from '../store/index.js';

interface BudgetRow extends Omit<BudgetRecord, 'reservedMicros' | 'limitMicros'> {
  readonly limitMicros: number | null;
}

/** Models and days are counted over so many calls at most; of wide and of narrow budgets so many are listed. */
const mostCalls = 5000;
const mostBudgets = 100;
const mostDays = 30;

/** The calls that are counted: those of the newest runs, but not what a fork has taken over from the run that paid for it. */
const counted = `
  WITH newest AS (SELECT run, call, record FROM model_calls ORDER BY run DESC, call DESC, n DESC LIMIT ${mostCalls}),
    counted AS (SELECT record FROM newest WHERE NOT EXISTS (SELECT 1 FROM decisions AS d WHERE d.run = newest.run AND d.call = newest.call AND d.inherited = 1))`;
// Summed in whole micro-dollars, so that many small amounts are exact.
const cost = `coalesce(sum(CAST(round(coalesce(record ->> '$.costUsd', 0) * 1e6) AS INTEGER)), 0) / 1e6`;

/** Reads over what models have cost: budgets and model calls. */
export class SpendQueries {
  readonly #wide: Statement<[], BudgetRow>;
  readonly #narrow: Statement<[], BudgetRow>;
  readonly #reserved: Statement<[], { kind: string; key: string; micros: number }>;
  readonly #models: Statement<[], ModelSpend>;
  readonly #days: Statement<[], DaySpend>;
  readonly #calls: Statement<[], { n: number }>;
  readonly #ofRun: Statement<[number], { costUsd: number }>;

  constructor(db: Database) {
    const budgets = 'SELECT kind, key, committed AS committedMicros, limit_micros AS limitMicros FROM budgets';
    this.#wide = db.prepare(`${budgets} WHERE kind IN ('day', 'session', 'workflow') ORDER BY kind, key DESC LIMIT ${mostBudgets}`);
    this.#narrow = db.prepare(
      `${budgets} WHERE kind IN ('run', 'step') ORDER BY CAST(committed AS REAL) / limit_micros DESC, kind, key LIMIT ${mostBudgets}`,
    );
    this.#reserved = db.prepare(
      `SELECT scope.value ->> 0 AS kind, scope.value ->> 1 AS key, sum(micros) AS micros
       FROM budget_reservations, json_each(scopes) AS scope GROUP BY 1, 2`,
    );
    this.#models = db.prepare(
      `${counted} SELECT coalesce(record ->> '$.answeredBy', record ->> '$.model') AS model, record ->> '$.provider' AS provider, count(*) AS calls,
         coalesce(sum(record ->> '$.usage.inputTokens'), 0) AS inputTokens, coalesce(sum(record ->> '$.usage.outputTokens'), 0) AS outputTokens,
         ${cost} AS costUsd, sum(record ->> '$.costUsd' IS NULL) AS unknownCosts
       FROM counted GROUP BY 1, 2 ORDER BY costUsd DESC, calls DESC`,
    );
    this.#days = db.prepare(
      `${counted} SELECT date(CAST(record ->> '$.startedAt' AS INTEGER) / 1000, 'unixepoch') AS day, count(*) AS calls, ${cost} AS costUsd
       FROM counted GROUP BY 1 ORDER BY 1 DESC LIMIT ${mostDays}`,
    );
    this.#calls = db.prepare(`SELECT count(*) AS n FROM (SELECT 1 FROM model_calls LIMIT ${mostCalls + 1})`);
    this.#ofRun = db.prepare(
      `SELECT ${cost} AS costUsd FROM model_calls AS m WHERE run = ?
         AND NOT EXISTS (SELECT 1 FROM decisions AS d WHERE d.run = m.run AND d.call = m.call AND d.inherited = 1)`,
    );
  }

  all(): SpendRecord {
    const reserved = new Map(this.#reserved.all().map(({ kind, key, micros }) => [JSON.stringify([kind, key]), micros]));
    const { n } = this.#calls.get()!;
    return {
      budgets: [...this.#wide.all(), ...this.#narrow.all()].map(({ kind, key, committedMicros, limitMicros }) => ({
        kind,
        key,
        committedMicros,
        reservedMicros: reserved.get(JSON.stringify([kind, key])) ?? 0,
        limitMicros: limitMicros ?? undefined,
      })),
      models: this.#models.all(),
      days: this.#days.all().toReversed(),
      calls: Math.min(n, mostCalls),
      isPartial: n > mostCalls,
    };
  }

  ofRun(run: number): number {
    return this.#ofRun.get(run)!.costUsd;
  }
}
