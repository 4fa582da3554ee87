import { expect, it } from 'vitest';
import { killedAt, undisturbed, violations } from './scenario.js';

// What keeps the crash tests honest: the same scenario without the mechanism that they are there for.
it.each([
  { forgetIntents: false, status: 'in_doubt', found: [] },
  { forgetIntents: true, status: 'completed', found: ['notice:Dear r-1 took effect 2 times'] },
])('the oracle sees a second effect if intents are not written down: $forgetIntents', { timeout: 60_000 }, async (row) => {
  const scenario = { workflow: 'notice-ask', honoursKeys: false, forgetIntents: row.forgetIntents } as const;
  const { outcome } = await undisturbed(scenario);
  const aftermath = await killedAt(scenario, { kind: 'effect', side: 'answered' });
  expect(violations(aftermath, outcome)).toEqual(row.found);
  expect(aftermath.status).toBe(row.status);
});
