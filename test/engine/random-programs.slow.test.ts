import { describe, it } from 'vitest';
import { surviveCrashesEverywhere, surviveRandomCrashes } from './random-programs.js';

/** `PROGRAMS=5000 SEED=42 npm run test:slow` looks longer, or at the same programs again. */
const numRuns = Number(process.env['PROGRAMS'] ?? 1000);
const seed = process.env['SEED'] === undefined ? {} : { seed: Number(process.env['SEED']) };

describe('a thousand random programs', () => {
  it('end as they would have, though processes die', { timeout: 900_000 }, async () => {
    await surviveRandomCrashes({ numRuns, ...seed });
  });

  it('end as they would have, at whichever write a process dies', { timeout: 900_000 }, async () => {
    await surviveCrashesEverywhere({ numRuns: Math.ceil(numRuns / 10), ...seed });
  });
});
