/** A part of the work that has a budget of its own. */
export interface BudgetScope {
  readonly kind: 'step' | 'run' | 'workflow' | 'day' | 'session';
  /** Which step, run, workflow, day or session. */
  readonly key: string;
  /** In micro-dollars (millionths of a US dollar). */
  readonly limitMicros: number;
}

/** Money that is set aside in all its scopes until it is settled. */
export interface Reservation {
  readonly id: string;
}

/**
 * Keeps count of money, in whole micro-dollars. A reservation is spending at its worst case, which `settle` corrects
 * later: what is never settled, because its process died, stays counted at the worst case, once.
 */
export interface BudgetLedger {
  /** Sets the amount aside in every scope, or in none. Throws `BudgetExceeded` if any scope has too little left. */
  reserve(scopes: readonly BudgetScope[], micros: number): Promise<Reservation>;
  /** Replaces the reserved amount by what was really spent; 0 gives it back. Settling again changes nothing. */
  settle(reservation: Reservation, micros: number): Promise<void>;
  /** What is spent or set aside in a scope, in micro-dollars. */
  committed(scope: Pick<BudgetScope, 'kind' | 'key'>): Promise<number>;
}
