import { randomUUID } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { BudgetExceeded, DurableFlowError } from '../errors/index.js';
import type { BudgetLedger, BudgetScope, Reservation } from '../store/index.js';
import { BudgetTable } from './budget-table.js';
import { CommitGroup, Refused } from './commit-group.js';
import { openDatabase } from './open-database.js';
import type { SqliteOptions } from './sqlite-options.js';

/**
 * Keeps count of money in a DurableFlow file: across runs, restarts and all processes that share it. A reservation is on
 * disk before the call that it is for begins. Close it when no more calls are made.
 *
 * @example
 * ```ts
 * import { routeModels, scriptedModel, SqliteBudgetLedger } from 'durableflow';
 * const ledger = new SqliteBudgetLedger(':memory:'); // or the flow's own file
 * const models = routeModels({ targets: [{ client: scriptedModel(['Hello.']) }], budget: { day: 20, ledger } });
 * console.log(models.provider); // router
 * await ledger.close();
 * ```
 */
export class SqliteBudgetLedger implements BudgetLedger, AsyncDisposable {
  readonly #db: Database;
  readonly #group: CommitGroup;
  readonly #table: BudgetTable;

  constructor(file: string, options?: SqliteOptions) {
    this.#db = openDatabase(file, options);
    this.#group = new CommitGroup(this.#db);
    this.#table = new BudgetTable(this.#db);
  }

  reserve(scopes: readonly BudgetScope[], micros: number): Promise<Reservation> {
    const id = randomUUID();
    return this.#group.add(() => {
      const refusal = this.#table.reserve(id, scopes, micros, Date.now());
      if (refusal) throw new Refused(new BudgetExceeded(refusal.scope, refusal.committed, micros));
      return { id };
    });
  }

  settle({ id }: Reservation, micros: number): Promise<void> {
    return this.#group.add(() => this.#table.settle(id, micros));
  }

  async committed({ kind, key }: Pick<BudgetScope, 'kind' | 'key'>): Promise<number> {
    if (!this.#db.open) throw new DurableFlowError('DF_CLOSED', 'the budget ledger is closed');
    return this.#table.committed(kind, key);
  }

  async close(): Promise<void> {
    if (!this.#db.open) return;
    this.#group.close();
    this.#db.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
