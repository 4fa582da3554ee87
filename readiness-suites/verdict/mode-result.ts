import type { ReadinessMeta } from '../evidence.js';

/** One test of a suite, as Vitest has left it. */
export interface ModeResult extends ReadinessMeta {
  /** `pending`: the run ended before the test did. */
  readonly state: 'passed' | 'failed' | 'skipped' | 'pending';
  /** What the test threw, in its own words. */
  readonly error: string | undefined;
  /** How often Vitest tried the test again: it must not, since a retry hides a failure. */
  readonly retries: number;
  /** The name of the test with those of its suites, outermost first, as `-t` wants it. */
  readonly testPath: readonly string[];
}

/** What is known of the whole run, aside from its tests. */
export interface RunFacts {
  /** It was stopped before its end. */
  readonly interrupted: boolean;
  /** Suites that could not even be loaded, and other things that broke outside of any test. */
  readonly problems: readonly string[];
}
