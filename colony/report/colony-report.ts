import type { BreakEvenPoint, ColonyResult } from '../measures/colony-result.js';
import type { ColonyVerdict } from '../verdict/colony-verdict.js';

/** What `benchmark_result.json` holds: what was measured, and what was made of it. */
export interface ColonyReport extends ColonyResult {
  readonly verdict: ColonyVerdict;
  /** The same comparison where fewer or more machines are lost. */
  readonly breakEven?: readonly BreakEvenPoint[];
  /** Figures of the first protocol, which compared unequal retry budgets. */
  readonly seedCompat?: readonly SeedCompatRow[];
}

export interface SeedCompatRow {
  /** Such as `hostile/1337`. */
  readonly row: string;
  readonly naive: { readonly done: number; readonly lost: number; readonly costUsd: number; readonly wallSeconds: number };
  readonly durable: { readonly recoveries: number; readonly costUsd: number; readonly wallSeconds: number };
}
