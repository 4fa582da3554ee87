import { describe, it } from 'vitest';
import { surviveCrashesEverywhere, surviveRandomCrashes } from './random-programs.js';

// Many more of them are in random-programs.slow.test.ts.
describe('random programs', () => {
  it('end as they would have, though processes die', { timeout: 180_000 }, async () => {
    await surviveRandomCrashes({ numRuns: 100 });
  });

  it('end as they would have, at whichever write a process dies', { timeout: 180_000 }, async () => {
    await surviveCrashesEverywhere({ numRuns: 10 });
  });
});
