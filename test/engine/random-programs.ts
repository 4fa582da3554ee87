import fc from 'fast-check';
import { expect } from 'vitest';
import { brokenPromises, outcomeOf } from './broken-promises.js';
import { executeProgram } from './execution-of-program.js';
import { hasRaces, isParallel, programs, type Program } from './program.js';

const delays = fc.array(fc.nat(3), { minLength: 1, maxLength: 6 });
/** Where processes die, as parts of all the writes that there were to make. */
const deaths = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1, maxLength: 3 });
const cancelAfter = fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined, freq: 8 });

/** How long one case may take, in milliseconds: one that hangs is to be shrunk as well. */
const patience = 10_000;

/** An uncrashed execution keeps all promises; returns what can be compared with others of the same program. */
async function undisturbed(program: Program, delays: readonly number[]) {
  const remains = await executeProgram(program, { delays, crashes: [] });
  expect(await brokenPromises(remains, hasRaces(program))).toEqual([]);
  return { writes: remains.writes, outcome: outcomeOf(remains, isParallel(program)) };
}

/** Random programs that lose up to three processes at random writes end as they should. Throws with the seed and the smallest program if not. */
export async function surviveRandomCrashes(parameters: { readonly numRuns: number; readonly seed?: number }): Promise<void> {
  const cases = fc.record({ program: programs, delays, otherDelays: delays, deaths, cancelAfter });
  await fc.assert(
    fc.asyncProperty(cases, async ({ program, delays, otherDelays, deaths, cancelAfter }) => {
      const { writes, outcome } = await undisturbed(program, delays);
      const crashes = deaths.map((part) => Math.floor(part * writes));
      const crashed = await executeProgram(program, { delays: otherDelays, crashes, cancelAfter });
      expect(await brokenPromises(crashed, cancelAfter !== undefined || hasRaces(program))).toEqual([]);
      if (cancelAfter === undefined && !hasRaces(program)) expect(outcomeOf(crashed, isParallel(program))).toEqual(outcome);
    }),
    { timeout: patience, ...parameters },
  );
}

/** Random programs that lose a process at every single one of their writes, one execution each. */
export async function surviveCrashesEverywhere(parameters: { readonly numRuns: number; readonly seed?: number }): Promise<void> {
  await fc.assert(
    fc.asyncProperty(programs, delays, async (program, delays) => {
      const { writes, outcome } = await undisturbed(program, delays);
      for (let write = 0; write < writes; write++) {
        const crashed = await executeProgram(program, { delays, crashes: [write] });
        expect({ write, broken: await brokenPromises(crashed, hasRaces(program)) }).toEqual({ write, broken: [] });
        if (!hasRaces(program)) expect({ write, ...outcomeOf(crashed, isParallel(program)) }).toEqual({ write, ...outcome });
      }
    }),
    { timeout: patience, ...parameters },
  );
}
