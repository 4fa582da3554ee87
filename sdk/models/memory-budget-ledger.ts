import { BudgetExceeded } from '../errors/index.js';
import type { BudgetLedger, BudgetScope, Reservation } from '../store/index.js';

const nameOf = ({ kind, key }: Pick<BudgetScope, 'kind' | 'key'>) => `${kind}:${key}`;

/**
 * A ledger that lives and dies with its process.
 *
 * @example
 * ```ts
 * import { MemoryBudgetLedger } from 'durableflow';
 * const ledger = new MemoryBudgetLedger();
 * const day = { kind: 'day', key: '2026-11-23', limitMicros: 1_000_000 } as const;
 * const reservation = await ledger.reserve([day], 400_000);
 * await ledger.settle(reservation, 150_000);
 * console.log(await ledger.committed(day)); // 150000
 * ```
 */
export class MemoryBudgetLedger implements BudgetLedger {
  readonly #committed = new Map<string, number>();
  readonly #open = new Map<string, { readonly names: readonly string[]; readonly micros: number }>();
  #next = 1;

  async reserve(scopes: readonly BudgetScope[], micros: number): Promise<Reservation> {
    for (const scope of scopes) {
      const committed = this.#committed.get(nameOf(scope)) ?? 0;
      if (committed + micros > scope.limitMicros) throw new BudgetExceeded(scope, committed, micros);
    }
    const id = String(this.#next++);
    const names = scopes.map(nameOf);
    this.#add(names, micros);
    this.#open.set(id, { names, micros });
    return { id };
  }

  async settle({ id }: Reservation, micros: number): Promise<void> {
    const reserved = this.#open.get(id);
    if (!reserved) return;
    this.#open.delete(id);
    this.#add(reserved.names, micros - reserved.micros);
  }

  async committed(scope: Pick<BudgetScope, 'kind' | 'key'>): Promise<number> {
    return this.#committed.get(nameOf(scope)) ?? 0;
  }

  #add(names: readonly string[], micros: number): void {
    for (const name of names) this.#committed.set(name, (this.#committed.get(name) ?? 0) + micros);
  }
}
