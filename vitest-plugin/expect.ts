import { expect as base, type Assertion, type ExpectStatic } from 'vitest';
import type { WorkflowClass } from '../sdk/definition/workflow-definition.js';
import { toReplay, type ToReplayOptions } from './matchers/to-replay.js';
import { toRunOnce } from './matchers/to-run-once.js';
import { toStayWithinBudget, type RunBudget } from './matchers/to-stay-within-budget.js';
import { toSurvive } from './matchers/to-survive.js';

base.extend({ toReplay, toRunOnce, toStayWithinBudget, toSurvive });

/** What `expect` can say of runs, beside what Vitest's can. */
export interface DurableMatchers {
  /** A history (an object, or the path or URL of its JSON file) still replays with this class. Await it. */
  toReplay(workflow: WorkflowClass, options?: ToReplayOptions): Promise<void>;
  /** In a run (of `flow.show` or `flow.exportHistory`) the method was called once and executed once. */
  toRunOnce(method: string): void;
  /** A run (of `flow.audit` or `flow.exportHistory`) has used up no more than this. */
  toStayWithinBudget(budget: RunBudget): void;
  /** A class survived all crashes of a report of `crashAt.everyBoundary`. */
  toSurvive(): void;
}

/** Vitest's `expect` with `DurableMatchers`. Vitest 4 and 5 want their own types extended in ways that exclude each other. */
export type DurableExpect = (<T>(
  actual: T,
  message?: string,
) => Assertion<T> & DurableMatchers & { readonly not: Assertion<T> & DurableMatchers }) &
  ExpectStatic;

/**
 * Vitest's `expect`, with matchers for runs.
 *
 * @example
 * ```ts no-run
 * import { expect, test } from 'durableflow/vitest';
 * import { RefundAgent } from './refund-agent.js';
 *
 * test('yesterday’s run still replays', async () => {
 *   await expect('./histories/run-17.json').toReplay(RefundAgent);
 * });
 * ```
 */
export const expect: DurableExpect = base as DurableExpect;
