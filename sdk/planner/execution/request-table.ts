import type { Database } from 'better-sqlite3';
import { BudgetTable } from '../../sqlite/budget-table.js';
import type { BudgetScope, SqlDatabase } from '../../store/index.js';

type Statement = ReturnType<SqlDatabase['prepare']>;

/** An answer as it is kept for who asks again: whole, piece by piece, or why there is none. */
export type KeptAnswer =
  | { readonly kind: 'completion'; readonly targetId: string; readonly completion: unknown }
  | { readonly kind: 'chunks'; readonly targetId: string; readonly chunks: readonly unknown[] }
  | { readonly kind: 'rejection'; readonly status: number | undefined; readonly error: unknown };

/**
 * What execution keeps beside the journal, in the same file and mostly in the same commits: budgets, so that money is set
 * aside and settled with the record that says so, and prompts and answers, so that they can be deleted before the run is.
 */
export class RequestTable {
  static readonly #tables = new WeakMap<SqlDatabase, RequestTable>();
  readonly #budgets: BudgetTable;
  readonly #keep: Statement;
  readonly #end: Statement;
  readonly #get: Statement;
  readonly #run: Statement;
  readonly #forget: Statement;
  readonly #forgetOver: Statement;
  readonly #noteOver: Statement;
  readonly #forgetAnswers: Statement;

  /** That of a connection; its statements are prepared once. */
  static of(db: SqlDatabase): RequestTable {
    let table = this.#tables.get(db);
    if (!table) this.#tables.set(db, (table = new RequestTable(db)));
    return table;
  }

  private constructor(db: SqlDatabase) {
    this.#budgets = new BudgetTable(db as Database);
    this.#keep = db.prepare('INSERT OR IGNORE INTO planner_requests (run, request) VALUES (?, ?)');
    this.#end = db.prepare('UPDATE planner_requests SET request = iif(?, request, NULL), answer = ?, ended_at = ? WHERE run = ?');
    this.#get = db.prepare('SELECT request, answer FROM planner_requests WHERE run = ?');
    this.#forget = db.prepare('DELETE FROM planner_requests WHERE run = ?');
    this.#run = db.prepare('SELECT 1 FROM runs WHERE id = ?');
    const over = `ended_at IS NULL AND EXISTS (SELECT 1 FROM runs WHERE id = run AND status NOT IN ('pending', 'running', 'waiting', 'in_doubt'))`;
    this.#forgetOver = db.prepare(`DELETE FROM planner_requests WHERE ${over}`);
    this.#noteOver = db.prepare(`UPDATE planner_requests SET ended_at = ? WHERE ${over}`);
    this.#forgetAnswers = db.prepare('DELETE FROM planner_requests WHERE ended_at < ?');
  }

  committed({ kind, key }: Pick<BudgetScope, 'kind' | 'key'>): number {
    return this.#budgets.committed(kind, key);
  }

  /** What is committed in the scope already if too little is left; undefined if the amount was set aside. */
  reserve(id: string, scope: BudgetScope, micros: number, at: number): number | undefined {
    return this.#budgets.reserve(id, [scope], micros, at)?.committed;
  }

  settle(id: string, micros: number): void {
    this.#budgets.settle(id, micros);
  }

  hasRun(run: string): boolean {
    return this.#run.get(run) !== undefined;
  }

  keepRequest(run: string, request: string): void {
    this.#keep.run(run, request);
  }

  /** Takes back what was kept and set aside for a run that then was not started. */
  withdraw(run: string): void {
    if (this.hasRun(run)) return;
    this.#forget.run(run);
    this.#budgets.settle(`${run}/0`, 0);
  }

  request(run: string): { readonly request: string | null; readonly answer: string | null } | undefined {
    return this.#get.get(run) as { request: string | null; answer: string | null } | undefined;
  }

  /** The run needs its prompt no longer. */
  end(run: string, answer: string | undefined, keepPrompt: boolean, at: number): void {
    if (answer === undefined && !keepPrompt) this.#forget.run(run);
    else this.#end.run(Number(keepPrompt), answer ?? null, at, run);
  }

  /** Prompts of runs that came to no answer, and all that is left of requests that ended before a moment. */
  sweep(endedBefore: number, at: number, keepPrompts: boolean): void {
    if (keepPrompts) this.#noteOver.run(at);
    else this.#forgetOver.run();
    this.#forgetAnswers.run(endedBefore);
  }
}
