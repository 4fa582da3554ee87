import type { Constraints } from '../constraints.js';
import type { TaskClass } from '../plan.js';
import type { Capability, PlannerTarget } from '../target.js';
import type { BudgetState } from './budget-state.js';
import type { Track } from './outcome-history.js';

/** All that a plan depends on: the same problem has the same plan. */
export interface Problem {
  readonly taskClass: TaskClass;
  readonly needs: readonly Capability[];
  /** Whether the answer will be checked, so that its cost is paid again where it fails. */
  readonly checked: boolean;
  readonly constraints: Constraints;
  /** Tokens of the prompt at the most, for models of the tokenizer that counted, and for all others. */
  readonly promptTokens: { readonly native: number; readonly foreign: number };
  /** The longest answer that was asked for, of one choice; undefined if nothing was said. */
  readonly askedOutput: number | undefined;
  readonly choices: number;
  readonly targets: readonly TargetState[];
  /** Undefined if the request is charged to no budget. */
  readonly budget: BudgetState | undefined;
}

/** A target as it stands when the plan is made. */
export interface TargetState {
  readonly target: PlannerTarget;
  /** Whether its model is counted exactly. */
  readonly native: boolean;
  readonly track: Track;
  /** Why it is not to be asked now, in words; undefined if it is well. */
  readonly down: string | undefined;
}
