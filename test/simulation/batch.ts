import fc from 'fast-check';
import { cases } from './cases.js';
import { simulate } from './simulation.js';
import { weaknesses } from './weaknesses.js';

/** Cases that are drawn from one seed. */
export interface Batch {
  readonly seed: number;
  readonly runs: number;
  /** One case of the seed alone, as a failure tells it. */
  readonly path: string | undefined;
  /** The protection that all processes lack. */
  readonly without: string | undefined;
  readonly shrinks: boolean;
}

/** What came of a batch, as plain data. */
export interface BatchResult {
  /** How long all of it took in simulated time, in milliseconds. */
  readonly elapsed: number;
  readonly failure: { readonly what: string; readonly example: string; readonly seed: number; readonly path: string } | undefined;
}

/** Simulates each case twice: it must keep every promise, and go the same way again. */
export async function tryBatch({ seed, runs, path, without, shrinks }: Batch): Promise<BatchResult> {
  const weakness = without === undefined ? {} : weaknesses[without]!;
  let elapsed = 0;
  const property = fc.asyncProperty(cases, async (it) => {
    const first = await simulate(it, weakness, true);
    elapsed += first.elapsed;
    if (first.broken.length > 0) throw new Error(first.broken.join('\n'));
    const second = await simulate(it, weakness, false);
    if (first.digest !== second.digest) throw new Error('the same case went another way the second time');
  });
  const result = await fc.check(property, { numRuns: runs, seed, endOnFailure: !shrinks, ...(path !== undefined && { path }) });
  if (!result.failed) return { elapsed, failure: undefined };
  const { errorInstance, counterexample, counterexamplePath } = result;
  const what = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  return {
    elapsed,
    failure: { what, example: JSON.stringify(counterexample, undefined, 2), seed: result.seed, path: counterexamplePath! },
  };
}
