import { describe as base, type SuiteAPI } from 'vitest';
import type { WorkflowClass } from '../sdk/definition/workflow-definition.js';
import type { ReadinessOptions } from '../readiness-suites/suite.js';
import type { ColonyOptions } from '../colony/colony-suite.js';
import { declareColony } from './declare-colony.js';
import { declareReadiness } from './declare-readiness.js';

/** Declares the suite of one agent: a test for each mode, and one verdict. */
export type DeclareReadiness = <C extends WorkflowClass>(agent: C, options: ReadinessOptions<C>) => void;

/** `describe.readiness`, with what Vitest's `describe` can. */
export interface ReadinessApi extends DeclareReadiness {
  readonly only: DeclareReadiness;
  readonly skip: DeclareReadiness;
  /**
   * Whether the class gets its work done on machines that are lost: batches of it, durably and from scratch under the same losses, in
   * simulated time. Ship, no ship, or too little to tell; only a ship passes. `stages` gives every decorated method its seconds.
   *
   * The test fails with `DF_COLONY_JOB` if the class cannot be the job of a batch: its result must depend on its input alone, and it
   * may wait for nobody.
   *
   * @example
   * ```ts no-run
   * import { describe } from 'durableflow/vitest';
   * import { NightlyReport } from './nightly-report.js';
   *
   * describe.readiness.colony(NightlyReport, {
   *   job: ({ sink }) => new NightlyReport(sink),
   *   input: (id) => id,
   *   stages: { collect: 120, evaluate: { seconds: 240, calls: 5 }, publish: 30 },
   *   prepareSeconds: 60,
   *   profile: 'moderate',
   * });
   * ```
   */
  colony<C extends WorkflowClass>(job: C, options: ColonyOptions<C>): void;
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
    colony: function colony<C extends WorkflowClass>(job: C, options: ColonyOptions<C>): void {
      declareColony(base, job, options, colony);
    },
    each<T>(cases: readonly T[]) {
      return function readiness<C extends WorkflowClass>(agent: C, options: (situation: T) => ReadinessOptions<C>) {
        for (const situation of cases) declareReadiness(base, agent, options(situation), readiness);
      };
    },
  }),
});
