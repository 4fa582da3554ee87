import { describe, it } from 'vitest';
import { surviveCrashesEverywhere, surviveRandomCrashes } from './random-programs.js';

describe('random programs', () => {
  it('end as they would have, though processes die', { timeout: 240_000 }, async () => {
    await surviveRandomCrashes({ numRuns: Number(process.env['RUNS'] ?? 200) });
  });

  it('end as they would have, at whichever write a process dies', { timeout: 240_000 }, async () => {
    await surviveCrashesEverywhere({ numRuns: Number(process.env['RUNS2'] ?? 20) });
  });
});
