import { test } from 'vitest';
import type { Duration } from '../sdk/definition/duration.js';
import { milliseconds } from '../sdk/definition/duration.js';
import type { InputOf, WorkflowClass } from '../sdk/definition/workflow-definition.js';
import { DurableFlowError } from '../sdk/errors/index.js';
import { crashEverywhere, type CrashSides } from '../readiness-suites/crash/crash-everywhere.js';
import type { CrashReport } from '../readiness-suites/crash/crash-report.js';
import { declaredCrashes } from '../readiness-suites/crash/declared-crashes.js';
import type { ReadinessKit } from '../readiness-suites/kit.js';
import type { DeclaredSuite, ReadinessOptions } from '../readiness-suites/suite.js';
import { groundOf, placeOf, stackAbove } from './declare-readiness.js';
import { expect } from './expect.js';

/** Options of `crashAt.everyBoundary`. */
export interface CrashOptions<C extends WorkflowClass> extends Pick<ReadinessOptions<C>, 'model' | 'register'> {
  /** Makes the instance from what the kit hands in. Called anew in each process; what it gives to `tool(…)` survives them all. */
  readonly agent: (kit: ReadinessKit) => InstanceType<C> | Promise<InstanceType<C>>;
  /** Names the test, if the file has several for the class. Default: the name of the class. */
  readonly name?: string;
  /** Which side of each write: lost before it was committed, or committed and nobody knows. Default `'both'`. */
  readonly sides?: CrashSides;
  /** The tools answer a known idempotency key as before, and do nothing. Default true. */
  readonly honoursKeys?: boolean;
  /** The longest that a process may take for its work. Default `'20s'`. */
  readonly deadline?: Duration;
  /** The longest that all of it may take. Default `'5m'`. */
  readonly timeout?: Duration;
  /** Looks at what came of it, after `expect(report).toSurvive()` has passed. */
  readonly check?: (report: CrashReport) => void | Promise<void>;
}

/**
 * Declares a test that kills a class everywhere. `everyBoundary` runs it in real processes: once undisturbed, and then once
 * for each side of each write to the engine's file, with SIGKILL there and another process that goes on. It passes if the run
 * then returns the same, no effect happened twice, none is missing, and no recorded step was executed again; or if it waits
 * for an operator because nobody can know whether an effect happened. Gates get their yes.
 *
 * Call it where a test may be declared: the processes import the file to find the class. Throws `DF_READINESS_SUITE` for
 * options that cannot be used, and in the test if the undisturbed run does not complete.
 *
 * @example
 * ```ts no-run
 * import { crashAt } from 'durableflow/vitest';
 * import { Order, Shop } from './order.js';
 *
 * crashAt.everyBoundary(Order, { id: 7 }, { agent: ({ tool }) => new Order(tool(new Shop())) });
 * ```
 */
export const crashAt = {
  everyBoundary<C extends WorkflowClass>(this: void, agent: C, input: InputOf<C>, options: CrashOptions<C>): void {
    if (typeof agent !== 'function' || typeof options?.agent !== 'function')
      throw new DurableFlowError(
        'DF_READINESS_SUITE',
        'crashAt.everyBoundary takes the class, its input, and { agent }: a function that makes the instance',
      );
    const { name = agent.name, sides = 'both', honoursKeys = true, check } = options;
    const deadlineMs = milliseconds(options.deadline ?? '20s', 'deadline');
    const at = stackAbove(crashAt.everyBoundary);
    const suite = { agent, options: { ...options, input, allowedEffects: [] } as unknown as DeclaredSuite['options'] };
    declaredCrashes().set(name, suite);
    const settings = { retry: 0, timeout: milliseconds(options.timeout ?? '5m', 'timeout') };
    test(`${name} survives SIGKILL at every boundary`, settings, async ({ signal }) => {
      const ground = { ...(await groundOf(suite, placeOf(at).file, 0)), named: name, deadlineMs };
      const report = await crashEverywhere(ground, { sides, honoursKeys }, signal);
      expect(report).toSurvive();
      await check?.(report);
    });
  },
};
