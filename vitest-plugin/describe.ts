import { describe as base, type SuiteAPI } from 'vitest';
import type { WorkflowClass } from '../sdk/definition/workflow-definition.js';
import type { ReadinessOptions } from '../readiness-suites/suite.js';
import { declareReadiness } from './declare-readiness.js';

/** Declares the suite of one agent: a test for each mode, and one verdict. */
export type DeclareReadiness = <C extends WorkflowClass>(agent: C, options: ReadinessOptions<C>) => void;

/** `describe.readiness`, with what Vitest's `describe` can. */
export interface ReadinessApi extends DeclareReadiness {
  readonly only: DeclareReadiness;
  readonly skip: DeclareReadiness;
  /** The same agent in several situations: `describe.readiness.each([…])(Agent, (situation) => ({ input: …, … }))`. */
  each<T>(cases: readonly T[]): <C extends WorkflowClass>(agent: C, options: (situation: T) => ReadinessOptions<C>) => void;
}

const api = (suite: (name: string, body: () => void) => unknown): DeclareReadiness =>
  function readiness(agent, options) {
    declareReadiness(suite, agent, options, readiness);
  };

/**
 * Vitest's `describe`, with `describe.readiness`: tells whether an agent may be put near real systems.
 *
 * @example
 * ```ts no-run
 * import { describe } from 'durableflow/vitest';
 * import { RefundAgent, crm } from './refund-agent.js';
 *
 * describe.readiness(RefundAgent, {
 *   input: { ticket: 7 },
 *   agent: ({ models, tool }) => new RefundAgent({ models, crm: tool(crm) }),
 *   model: () => 'refund',
 *   allowedEffects: ['refund'],
 * });
 * ```
 */
export const describe: SuiteAPI & { readonly readiness: ReadinessApi } = Object.assign(base, {
  readiness: Object.assign(api(base), {
    only: api(base.only),
    skip: api(base.skip),
    each<T>(cases: readonly T[]) {
      return function readiness<C extends WorkflowClass>(agent: C, options: (situation: T) => ReadinessOptions<C>) {
        for (const situation of cases) declareReadiness(base, agent, options(situation), readiness);
      };
    },
  }),
});
