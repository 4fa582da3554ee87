import { test as base } from 'vitest';
import { DurableFlow } from '../sdk/durable-flow.js';
import { VirtualClock } from '../sdk/runtime/index.js';

/** What each test of `test` gets, if it asks for it. */
export interface VirtualFixtures {
  /** Time, which stands still until the test lets it go on: `await clock.until(run.result())`, `await clock.advance('3d')`. */
  readonly clock: VirtualClock;
  /** A flow in memory, on that clock. It is closed when the test is over. */
  readonly flow: DurableFlow;
}

/**
 * Vitest's `test`, with `clock` and `flow`: an engine in memory in which `sleep('3d')` takes no time.
 *
 * @example
 * ```ts no-run
 * import { expect, test } from 'durableflow/vitest';
 * import { Reminder } from './reminder.js';
 *
 * test('reminds after three days', async ({ clock, flow }) => {
 *   flow.register(Reminder, () => new Reminder());
 *   const run = await flow.start(Reminder);
 *   expect(await clock.until(run.result())).toBe('sent');
 * });
 * ```
 */
export const test = base.extend<VirtualFixtures>({
  // Vitest reads from the parameter which fixtures are wanted, and takes nothing else than a pattern.
  // oxlint-disable-next-line no-empty-pattern
  clock: async ({}, use) => {
    await use(new VirtualClock());
  },
  flow: async ({ clock }, use) => {
    const flow = await DurableFlow.open(':memory:', { clock });
    await use(flow);
    await flow.close({ grace: 0 });
  },
});
